export {
  createEmptyTestDatabase,
  createTestDatabase,
  migrationsDir,
  type TestDatabase,
} from './test-database';
export { startTestRedis, type TestRedis } from './test-redis';
export { eventually } from './eventually';
export { freePort } from './free-port';
export { tempDir, type TempDir } from './temp-dir';
export { startTestProxy, type TestProxy, type TestProxyOptions } from './test-proxy';
export * from './stack';
export { startTestServer, stopTestServer } from './test-server';
export * from './faults';
export * from './chaos';
