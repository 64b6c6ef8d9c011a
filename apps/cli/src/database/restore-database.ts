import { join, resolve } from 'node:path';
import { MigrationError, readBackup, restoreDatabase } from '@wafleet/db';
import { z } from 'zod';
import { loadMachineConfig } from '../config';
import { findWorkerContainers } from '../doctor/checks/engine';
import { findTenantProcesses } from '../doctor/checks/tenant-processes';
import { Failure } from '../failure';
import { findTenantsDir } from '../installation';
import { clockTime } from '../terminal/moments';
import type { Context, Shown } from '../verbs/verb';
import { backupFacts, factsOf } from './back-up-database';
import { type KeyPlan, planKey } from './master-key';
import { inWords, withDatabase } from './with-database';

/** What `wafleet restore --database <file> --json` prints. */
export const databaseRestoreSchema = backupFacts.extend({
  /** Migrations that are newer than the backup. */
  migrated: z.array(z.string()),
  masterKey: z.enum(['not_needed', 'in_place', 'restored', 'missing']),
  next: z.array(z.string()),
});

export async function restoreWholeDatabase(
  context: Context,
  { file: named, replace }: { file: string; replace: boolean },
): Promise<Shown> {
  const file = resolve(named);
  const { config, progress } = context;
  progress('reading the backup through');
  const manifest = await inWords(() => readBackup(file));
  const facts = factsOf(file, manifest);
  const plan = await planKey(context, manifest);
  await requireNoWorkers(context);
  return withDatabase(context, { mayMake: true }, async (url) => {
    const name = decodeURIComponent(new URL(url).pathname.slice(1));
    if (replace)
      await context.confirm({
        does: `put the backup of ${clockTime(manifest.takenAt)} (${facts.rows} rows) in place of everything in the database ${name}`,
        keeps: 'nothing that is in the database now; profiles, snapshots and media stay where they are',
        word: name,
      });
    const takeBack = await plan.put();
    try {
      const { migrated } = await restoreDatabase({
        url,
        file,
        manifest,
        migrationsDir: join(config.repository, 'prisma/migrations'),
        replace,
        onTable: (table) => progress(`restoring ${table}`),
      });
      const next = nextSteps(plan.outcome, manifest.masterKeyId, config.dataDir);
      const data = { ...facts, migrated, masterKey: plan.outcome, next };
      const newer = migrated.length === 0 ? '' : `, ${migrated.length} newer migrations applied`;
      const text = `Restored ${facts.rows} rows in ${facts.tables} tables, as of ${clockTime(manifest.takenAt)}${newer}`;
      return { data, text: [text, ...next.map((step) => `→ ${step}`)].join('\n') };
    } catch (error) {
      // Whatever else fails, the database is as it was.
      if (!(error instanceof MigrationError)) await takeBack();
      throw error;
    }
  });
}

/**
 * Workers outlive their control plane; one that speaks for a tenant as it was later would meet rows as they were before.
 * @throws Failure where one runs on this machine
 */
async function requireNoWorkers({ config }: Context): Promise<void> {
  const processes = findTenantProcesses(await findTenantsDir(config));
  const containers = await findWorkerContainers(loadMachineConfig(config.environment));
  const tenants = new Set([...processes.map(({ tenantId }) => tenantId), ...containers]);
  if (tenants.size === 0) return;
  throw new Failure('notNow', {
    title: `Workers of ${tenants.size} tenants run on this machine; nothing was changed.`,
    detail: [...tenants].slice(0, 10).join('\n'),
    action:
      'Start the control plane with STOP_WORKERS_ON_EXIT=1 and stop it; or wafleet stop each tenant, then stop the control plane.',
  });
}

function nextSteps(outcome: KeyPlan['outcome'], id: string | null, dataDir: string): string[] {
  return [
    ...(outcome === 'missing'
      ? [
          `Put the master key ${id} into ${join(dataDir, 'master.key')} before the start; without it what is encrypted can't be read.`,
        ]
      : []),
    'Put SNAPSHOTS_DIR and MEDIA_DIR in place if they were lost too; then start Wafleet.',
    'Tenants whose profile is there go on with it; one whose profile is lost is brought back from its newest snapshot.',
    'What waited to be sent at the time of the backup is sent, even if it was sent since: look at it.',
  ];
}
