export * from './plan-chaos';
export * from './run-chaos';
export * from './message-traffic';
export { messageChaosEnvironment } from './program-traffic';
export { judgeTold } from './judge-told';
export { ToldProgram } from './told-program';
export type { TrafficVerdict } from './judge-traffic';
