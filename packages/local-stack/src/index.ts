export { StackError } from './stack-error';
export { startPostgres, type EmbeddedPostgres, type PostgresOptions } from './postgres/embedded-postgres';
export { isReachableByOthers, reachableCopy } from './files/reachable';
export { findBrowser } from './browser/find-browser';
export type { Browser } from './browser/check-browser';
export { findRedis } from './redis/find-redis';
export { startRedis, type Redis } from './redis/start-redis';
export { keepRunning } from './stack/keep-running';
