import { randomBytes } from 'node:crypto';
import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Tenant, type TenantStatusView, tenantStatusViewSchema } from '@wafleet/contracts';
import { z } from 'zod';
import { createApi } from '../../connection/api';
import { askPassphrase } from '../../database/master-key';
import { Failure } from '../../failure';
import { megabytes } from '../../terminal/moments';
import { printable } from '../../terminal/printable';
import { tenantArgument } from '../arguments';
import { untilSettled } from '../care/settled';
import { type Context, defineVerb, type Shown } from '../verb';
import { letGo } from './let-go';
import { keyOf, newHead, readMoveFile, writeMoveFile } from './move-file';
import { accessOfOther, counted, download, upload } from './other-end';

const place = z.string().min(1).max(4_096).optional();
const left = 'its messages, media, webhooks and keys stay here; its login and what it has heard go along';

export const moveVerb = defineVerb({
  usage: 'move [tenant]',
  summary: "Move a tenant's login to another installation, where it runs on without a scan",
  details: `--to names the other one: its data folder on this machine, or its address with an operator's key in
WAFLEET_TO_KEY. Where it can't be reached from here, --out writes a file, sealed with a passphrase (asked for, or
WAFLEET_PASSPHRASE), and --in takes it over there. The tenant is stopped first, and starts here no more until --take-back.
Interrupted, the same command goes on where it was.`,
  options: [
    ['--to <place>', 'the data folder or the address of the other installation'],
    ['--out <file>', 'into a file'],
    ['--in <file>', 'from such a file, into this installation'],
    ['--take-back', 'run it here again, with the login that it left'],
  ],
  input: z
    .strictObject({
      tenant: tenantArgument.optional(),
      to: place,
      out: place,
      in: place,
      takeBack: z.boolean().default(false),
    })
    .refine(
      ({ to, out, in: from, takeBack }) =>
        [to, out, from, takeBack || undefined].filter((one) => one !== undefined).length === 1,
      'say one of --to, --out, --in and --take-back',
    )
    .refine(
      ({ tenant, in: from }) => (tenant === undefined) === (from !== undefined),
      'name a tenant, or with --in a file alone',
    ),
  json: z.object({
    tenantId: z.string(),
    /** Here, once it has left; there, or here with --in, once it has come. */
    left: tenantStatusViewSchema.nullable(),
    arrived: tenantStatusViewSchema.nullable(),
    file: z.string().nullable(),
  }),
  waits: true,
  asks: true,
  async run(context, input) {
    if (input.in !== undefined) return takeIn(context, resolve(input.in));
    const tenant = await context.findTenant(input.tenant as string);
    if (input.takeBack) return takeBack(context, tenant);
    return input.to === undefined
      ? sendByFile(context, tenant, resolve(input.out as string))
      : sendTo(context, tenant, input.to);
  },
});

async function sendTo(context: Context, tenant: Tenant, to: string): Promise<Shown> {
  const other = createApi(accessOfOther(context, to));
  const there: Context = { ...context, api: () => other };
  const isThere = await runsThere(there, tenant);
  const here = await statusOf(context, tenant);
  if (isThere && here.reason?.code !== 'moved')
    throw new Failure('notNow', {
      title: `${printable(tenant.name)} is at ${other.access.url} already.`,
      action: 'Move it away or erase it there first.',
    });
  if (!isThere) {
    await confirmLeaving(context, tenant, `lets it run at ${other.access.url}`);
    await letGo(context, tenant);
    const key = randomBytes(32).toString('base64url');
    const archive = await download(context.api(), tenant.id, key);
    await upload(other, tenant.id, key, told(context, tenant, archive));
    context.progress(null);
  }
  const [leftBehind, arriving] = [await statusOf(context, tenant), await statusOf(there, tenant)];
  const { view, line, exitCode } = await untilSettled(there, tenant, arriving, 'running');
  return {
    data: { tenantId: tenant.id, left: leftBehind, arrived: view, file: null },
    text: `${line}\nIt runs at ${other.access.url} now. What it left here goes with: wafleet erase ${tenant.id}`,
    exitCode,
  };
}

async function sendByFile(context: Context, tenant: Tenant, file: string): Promise<Shown> {
  if (await exists(file)) throw new Failure('usage', { title: `${file} is there already.` });
  await confirmLeaving(context, tenant, `puts its login into ${file}`);
  const head = newHead(tenant);
  const key = keyOf(head, await askPassphrase(context, { twice: true, of: 'the file' }));
  const leftBehind = await letGo(context, tenant);
  await writeMoveFile(file, head, told(context, tenant, await download(context.api(), tenant.id, key)));
  context.progress(null);
  return {
    data: { tenantId: tenant.id, left: leftBehind, arrived: null, file },
    text: `${file}\nTake it over there with: wafleet move --in <file>. Use it once; with it and the passphrase the login is used.`,
  };
}

async function takeIn(context: Context, file: string): Promise<Shown> {
  const { head, archive } = await readMoveFile(file);
  const tenant = { id: head.tenantId, name: head.name } as Tenant;
  if (await runsThere(context, tenant))
    throw new Failure('notNow', {
      title: `${printable(head.name)} is here already.`,
      action: `wafleet status ${head.tenantId}`,
    });
  await context.confirm({
    does: `take over ${printable(head.name)} (${head.tenantId}) and start it; where it has run elsewhere since the file was written, its login is older than the phone's last word`,
    keeps: 'every other tenant as it is',
  });
  const key = keyOf(head, await askPassphrase(context, { twice: false, of: 'the file' }));
  await upload(context.api(), head.tenantId, key, told(context, tenant, archive()));
  context.progress(null);
  const { view, line, exitCode } = await untilSettled(
    context,
    tenant,
    await statusOf(context, tenant),
    'running',
  );
  return { data: { tenantId: head.tenantId, left: null, arrived: view, file }, text: line, exitCode };
}

async function takeBack(context: Context, tenant: Tenant): Promise<Shown> {
  const { client, answer } = context.api();
  await context.confirm({
    does: `run ${printable(tenant.name)} (${tenant.id}) here again with the login that it left: it must not run elsewhere any more, and where it did since, WhatsApp may not understand messages of the time between`,
    keeps: 'its messages, keys and webhooks of here',
  });
  const before = await statusOf(context, tenant);
  const params = { path: { tenantId: tenant.id } };
  await answer(client.POST('/admin/tenants/{tenantId}/take-back', { params }));
  const { view, line, exitCode } = await untilSettled(context, tenant, before, 'running');
  return { data: { tenantId: tenant.id, left: null, arrived: view, file: null }, text: line, exitCode };
}

function confirmLeaving(context: Context, { id, name }: Tenant, does: string): Promise<void> {
  return context.confirm({
    does: `move ${printable(name)} (${id}): stops it, ${does}, and starts it here no more`,
    keeps: left,
  });
}

/** Whether the tenant is at home there; false where it is unknown, or was moved away itself. */
async function runsThere(there: Context, { id: tenantId }: Pick<Tenant, 'id'>): Promise<boolean> {
  const { client, answer } = there.api();
  const params = { path: { tenantId } };
  try {
    const view = await answer(client.GET('/admin/tenants/{tenantId}/status', { params }));
    return view.reason?.code !== 'moved';
  } catch (error) {
    if (error instanceof Failure && error.told.code === 'NOT_FOUND') return false;
    throw error;
  }
}

function statusOf(context: Context, { id: tenantId }: Pick<Tenant, 'id'>): Promise<TenantStatusView> {
  const { client, answer } = context.api();
  return answer(client.GET('/admin/tenants/{tenantId}/status', { params: { path: { tenantId } } }));
}

function told(context: Context, { name }: Pick<Tenant, 'name'>, archive: ReadableStream<Uint8Array>) {
  return counted(archive, (bytes) => context.progress(`${printable(name)}: ${megabytes(bytes)} on the way`));
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
