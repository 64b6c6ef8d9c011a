export * from './tenants';
export * from './messages';
export * from './events';
