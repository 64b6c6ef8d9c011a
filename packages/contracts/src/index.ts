export * from './states';
export * from './reasons';
export * from './errors';
export * from './ids';
export * from './link';
export * from './api';
