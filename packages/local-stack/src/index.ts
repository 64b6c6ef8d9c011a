export { StackError } from './stack-error';
export { startPostgres, type EmbeddedPostgres, type PostgresOptions } from './postgres/embedded-postgres';
export { isReachableByOthers, reachableCopy } from './files/reachable';
