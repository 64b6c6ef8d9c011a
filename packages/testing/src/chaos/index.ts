export * from './plan-chaos';
export * from './run-chaos';
export * from './message-traffic';
export type { TrafficVerdict } from './judge-traffic';
