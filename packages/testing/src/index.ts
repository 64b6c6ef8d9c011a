export {
  createEmptyTestDatabase,
  createTestDatabase,
  migrationsDir,
  type TestDatabase,
} from './test-database';
export { startTestPostgres } from './test-postgres';
export { startTestRedis } from './test-redis';
export type { TestService } from './test-service';
export { eventually } from './eventually';
export { freePort } from './free-port';
export { tempDir, type TempDir } from './temp-dir';
export { startTestProxy, type TestProxy, type TestProxyOptions } from './test-proxy';
export * from './stack';
export { startTestServer, stopTestServer } from './test-server';
export * from './faults';
export * from './fleet';
export * from './leaks';
export * from './chaos';
