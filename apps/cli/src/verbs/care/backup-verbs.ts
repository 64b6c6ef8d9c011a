import { pageOf, type Snapshot, snapshotSchema, tenantStatusViewSchema } from '@wafleet/contracts';
import { z } from 'zod';
import { backUpDatabase, databaseBackupSchema } from '../../database/back-up-database';
import { databaseRestoreSchema, restoreWholeDatabase } from '../../database/restore-database';
import { exitCodes } from '../../exit-codes';
import { Failure } from '../../failure';
import { clockTime, howLong, megabytes } from '../../terminal/moments';
import { printable } from '../../terminal/printable';
import { table } from '../../terminal/table';
import { limitOption, tenantArgument } from '../arguments';
import { statusLine } from '../status-text';
import { type Context, defineVerb } from '../verb';
import { waitFor } from '../wait';
import { untilSettled } from './settled';

/** More than are kept of a tenant. */
const allOfThem = 200;

export const backupVerb = defineVerb({
  usage: 'backup [tenant]',
  summary:
    "Take a snapshot of a tenant's login without interrupting it, and wait until it is stored; with --database of the database",
  details: `--database writes the whole database into a file, as it is at one moment, while Wafleet runs or not, and reads
the file back. With --with-keys the master key is in it, sealed with a passphrase: asked for, or WAFLEET_PASSPHRASE.`,
  options: [
    ['--database', 'the database instead of a tenant'],
    ['--to <file>', 'where to (backups/ in DATA_DIR)'],
    ['--with-keys', 'with the master key, sealed with a passphrase'],
  ],
  input: z
    .strictObject({
      tenant: tenantArgument.optional(),
      database: z.boolean().default(false),
      to: z.string().min(1).max(4_096).optional(),
      withKeys: z.boolean().default(false),
    })
    .refine(namesOne, 'name a tenant, or --database'),
  json: z.union([snapshotSchema, databaseBackupSchema]),
  waits: true,
  async run(context, { tenant: called, to, withKeys }) {
    if (called === undefined) return backUpDatabase(context, { to, withKeys });
    const { client, answer } = context.api();
    const tenant = await context.findTenant(called);
    const asked = await answer(
      client.POST('/admin/tenants/{tenantId}/snapshots', { params: { path: { tenantId: tenant.id } } }),
    );
    const { seen: snapshot, isOver } = await waitFor(
      context,
      async () => (await snapshotsOf(context, tenant.id)).find(({ id }) => id === asked.id) ?? asked,
      ({ state, problem }) => state === 'READY' || state === 'FAILED' || problem !== null,
      ({ state }) => `${asked.id}: ${state}`,
    );
    const { state, problem, bytes, frozenMs } = snapshot;
    const stood = frozenMs === null ? '' : `, the browser stood still for ${frozenMs} ms`;
    return {
      data: snapshot,
      text:
        state === 'READY'
          ? `${snapshot.id}  ${megabytes(bytes)}${stood}`
          : `${snapshot.id}  ${state}${problem === null ? ' (it goes on)' : `: ${problem}`}`,
      exitCode:
        state === 'READY' || context.waitMs === 0 ? 0 : exitCodes[isOver ? 'failed' : 'timedOut'].code,
    };
  },
});

export const backupsVerb = defineVerb({
  usage: 'backups <tenant>',
  summary: "Snapshots of a tenant's login, newest first",
  options: [['-n, --limit <number>', 'how many, at most 200 (50)']],
  input: z.strictObject({ tenant: tenantArgument, limit: limitOption(200, 50) }),
  json: pageOf(snapshotSchema),
  isWatchable: true,
  async run(context, { tenant: called, limit }) {
    const { client, answer } = context.api();
    const path = { tenantId: (await context.findTenant(called)).id };
    const page = await answer(
      client.GET('/admin/tenants/{tenantId}/snapshots', { params: { path, query: { limit } } }),
    );
    const rows = page.items.map((one) => [
      one.checkProblem === null ? one.state : 'BAD',
      howLong(one.createdAt),
      megabytes(one.bytes),
      one.trigger,
      one.id,
      remarkOn(one),
    ]);
    return {
      data: page,
      text:
        rows.length === 0 ? 'No snapshots.' : table(['STATE', 'AGO', 'SIZE', 'TAKEN', 'ID', 'REMARK'], rows),
    };
  },
});

export const restoreVerb = defineVerb({
  usage: 'restore [tenant] [snapshot]',
  summary:
    "Put a snapshot in place of a tenant's login, by default the newest, and start it again; with --database a database",
  details: `--database puts a backup of the database into an empty one, or with --replace in place of what is there: all of
it, or nothing. No control plane may be active on it. The master key comes along where it is in the backup.`,
  options: [
    ['--accept-unlinked', "although the snapshot's login was ended after it was taken"],
    ['--database <file>', 'a backup of the database instead of a snapshot'],
    ['--replace', 'with --database: what is in the database goes'],
  ],
  input: z
    .strictObject({
      tenant: tenantArgument.optional(),
      snapshot: z.string().min(1).max(64).optional(),
      acceptUnlinked: z.boolean().default(false),
      database: z.string().min(1).max(4_096).optional(),
      replace: z.boolean().default(false),
    })
    .refine(namesOne, 'name a tenant, or --database'),
  json: z.union([tenantStatusViewSchema, databaseRestoreSchema]),
  waits: true,
  asks: true,
  async run(context, { tenant: called, snapshot: named, acceptUnlinked, database: file, replace }) {
    if (called === undefined) return restoreWholeDatabase(context, { file: file as string, replace });
    const { client, answer } = context.api();
    const tenant = await context.findTenant(called);
    const before = await findSnapshot(context, tenant.id, named);
    await context.confirm({
      does: `restore ${printable(tenant.name)} (${tenant.id}) to ${before.id} of ${clockTime(before.copiedAt ?? before.createdAt)}: stops it and puts an older login in its place; WhatsApp may not understand messages of the time between${before.checkProblem === null ? '' : `. Its check failed: ${before.checkProblem}`}`,
      keeps: 'its messages, keys and webhooks; the present profile goes to its trash',
    });
    const path = { tenantId: tenant.id };
    const status = await answer(client.GET('/admin/tenants/{tenantId}/status', { params: { path } }));
    await answer(
      client.POST('/admin/tenants/{tenantId}/snapshots/{snapshotId}/restore', {
        params: { path: { ...path, snapshotId: before.id } },
        body: { acceptRollback: true, acceptUnlinked },
      }),
    );
    const { seen: after } = await waitFor(
      context,
      () => findSnapshot(context, tenant.id, before.id),
      (now) => now.restoredAt !== before.restoredAt || now.restoreProblem !== null,
      () => `${printable(tenant.name)}: putting ${before.id} in place`,
    );
    if (after.restoreProblem !== null)
      throw new Failure('failed', {
        title: 'The snapshot was not put in place; nothing was changed.',
        detail: after.restoreProblem,
        action: `wafleet backups ${tenant.id} lists the others.`,
      });
    const { view, exitCode } = await untilSettled(context, tenant, status, 'running');
    return { data: view, text: statusLine(tenant, view), exitCode };
  },
});

function remarkOn({ problem, checkProblem, restoreProblem, restoredAt, checkedAt }: Snapshot): string {
  const went = problem ?? restoreProblem ?? checkProblem;
  if (went !== null) return went;
  if (restoredAt !== null) return `restored ${howLong(restoredAt)} ago`;
  return checkedAt === null ? '' : 'checked';
}

/** A tenant, or the database. */
function namesOne(given: { tenant?: string | undefined; database?: boolean | string | undefined }): boolean {
  return (given.tenant !== undefined) !== Boolean(given.database);
}

async function snapshotsOf(context: Context, tenantId: string): Promise<Snapshot[]> {
  const { client, answer } = context.api();
  const params = { path: { tenantId }, query: { limit: allOfThem } };
  return (await answer(client.GET('/admin/tenants/{tenantId}/snapshots', { params }))).items;
}

/** @throws Failure where there is no such one */
async function findSnapshot(
  context: Context,
  tenantId: string,
  named: string | undefined,
): Promise<Snapshot> {
  const all = await snapshotsOf(context, tenantId);
  const found = all.find(({ id, isNewest }) => (named === undefined ? isNewest : id === named));
  if (found !== undefined) return found;
  throw new Failure('notFound', {
    title: named === undefined ? 'There is no snapshot of this tenant.' : `There is no snapshot ${named}.`,
    action: `wafleet backups ${tenantId} lists them, wafleet backup ${tenantId} takes one.`,
  });
}
