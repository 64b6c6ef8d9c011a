export {
  createEmptyTestDatabase,
  createTestDatabase,
  migrationsDir,
  type TestDatabase,
} from './test-database';
export { eventually } from './eventually';
export { freePort } from './free-port';
export { tempDir, type TempDir } from './temp-dir';
