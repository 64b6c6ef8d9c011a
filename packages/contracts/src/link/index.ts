export * from './protocol';
export * from './frames';
export * from './events';
export * from './commands';
