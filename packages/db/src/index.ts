export { createDatabase, type Database, type Transaction } from './client';
export { migrate, MigrationError } from './migrate';
export {
  type DatabaseInspection,
  inspectDatabase,
  readTenantFacts,
  type TenantFacts,
} from './inspect-database';
export { isDatabaseAway } from './database-away';
export type { Statements } from './statements';
export { Prisma } from './generated/client';
export type * from './generated/client';
export { controlPlaneLock } from './control-plane-lock';
export { BackupError, NotNowError } from './backup/backup-error';
export { backupDatabase } from './backup/backup-database';
export { readManifest as readBackup } from './backup/backup-file';
export type { Manifest as BackupManifest } from './backup/manifest';
export { restoreDatabase } from './backup/restore-database';
