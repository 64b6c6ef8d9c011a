export * from './tenants';
export * from './messages';
export * from './events';
export * from './people';
export * from './health';
