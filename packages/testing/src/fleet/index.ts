export * from './browser-census';
export * from './fleet';
export * from './fleet-faults';
export * from './heal-fleet';
export * from './status-watch';
