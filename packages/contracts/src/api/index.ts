export * from './tenants';
export * from './messages';
export * from './media';
export * from './events';
export * from './incidents';
export * from './alerts';
export * from './people';
export * from './health';
