export * from './frames';
export * from './events';
export * from './commands';
