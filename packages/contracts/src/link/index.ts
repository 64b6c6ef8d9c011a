export * from './protocol';
export * from './frames';
export * from './events';
export * from './updates';
export * from './incidents';
export * from './commands';
export * from './content';
export * from './media';
