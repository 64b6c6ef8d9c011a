export * from './plan-chaos';
export * from './run-chaos';
