export {
  createEmptyTestDatabase,
  createTestDatabase,
  migrationsDir,
  runSql,
  type TestDatabase,
} from './services/test-database';
export { startTestObjectStore, type TestObjectStore } from './services/test-object-store';
export { startTestPostgres } from './services/test-postgres';
export { startTestRedis } from './services/test-redis';
export type { TestService } from './services/test-service';
export { endAll } from './end-all';
export { eventually } from './eventually';
export { freePort } from './free-port';
export { killIfThere } from './kill-if-there';
export { controlPlaneProgram } from './repository';
export { tempDir, type TempDir } from './temp-dir';
export { startTestProxy, type TestProxy, type TestProxyOptions } from './services/test-proxy';
export * from './stack';
export { startTestServer, stopTestServer } from './services/test-server';
export * from './faults';
export * from './fleet';
export * from './leaks';
export * from './chaos';
export * from './web';
export * from './engine';
export { findInDatabase } from './find-in-database';
export { findInFiles } from './find-in-files';
