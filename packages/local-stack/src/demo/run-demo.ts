import { setTimeout as delay } from 'node:timers/promises';
import type { Message, Page, QrView, Tenant, TenantStatusView } from '@wafleet/contracts';
import type { Access } from '../stack/access';
import { type LetIn, letIn } from '../stack/let-in';
import type { Progress } from '../stack/progress';
import { StackError } from '../stack-error';
import { answer, type Business, businesses } from './cast';
import { type Call, caller } from './http';

interface Stage {
  api: Call;
  /** The phones of the people in the demo. */
  phones: Call;
  progress: Progress;
  signal: AbortSignal;
}

const connectTimeoutMs = 120_000;
const messageTimeoutMs = 60_000;

/**
 * Three businesses with a phone each: added and linked the first time, back by themselves ever after. Their customers
 * write, and one is answered through the API.
 * @throws StackError when a session or a message doesn't arrive in time
 */
export async function runDemo(access: Access, progress: Progress, signal: AbortSignal): Promise<void> {
  const authorization = { authorization: `Bearer ${access.adminKey}` };
  const stage: Stage = {
    api: caller(access.controlPlaneUrl, authorization, signal),
    phones: caller(access.standinUrl as string, {}, signal),
    progress,
    signal,
  };
  const { items: known } = await stage.api<Page<Tenant>>('GET', '/admin/tenants?limit=200');
  const tenants = await Promise.all(
    businesses.map(async (business) => {
      await stage.phones('PUT', `/users/${business.number}`, { name: business.name });
      await stage.phones('PUT', `/users/${business.customer.number}`, { name: business.customer.name });
      return known.find(({ name }) => name === business.name) ?? addTenant(stage, business);
    }),
  );
  await Promise.all(tenants.map((tenant, index) => connect(stage, tenant, businesses[index] as Business)));
  progress.step('All sessions are connected');
  await Promise.all(
    tenants.map((tenant, index) => receive(stage, tenant, (businesses[index] as Business).customer)),
  );
  await reply(stage, tenants[0] as Tenant, businesses[0] as Business);
}

/** The owner of the first business; null where they can sign in already. */
export async function letInDemoOwner(access: Access, signal: AbortSignal): Promise<LetIn | null> {
  const api = caller(access.controlPlaneUrl, { authorization: `Bearer ${access.adminKey}` }, signal);
  const { items } = await api<Page<Tenant>>('GET', '/admin/tenants?limit=200');
  const business = items.find(({ name }) => name === businesses[0]?.name);
  if (!business) return null;
  const owner = { email: 'owner@bakery.localhost', name: 'Owner', tenantId: business.id } as const;
  return letIn(access, { ...owner, tenantRole: 'OWNER' }, signal);
}

async function addTenant({ api, progress }: Stage, business: Business): Promise<Tenant> {
  const tenant = await api<Tenant>('POST', '/admin/tenants', {
    name: business.name,
    phoneNumber: business.number,
  });
  progress.step(`Added ${business.name}`);
  return tenant;
}

/** Until the session is connected; a QR on the way there is scanned with the business's phone. */
async function connect(stage: Stage, tenant: Tenant, business: Business): Promise<void> {
  const { api, phones, progress } = stage;
  const scanned = new Set<string>();
  let status = 'NEW';
  const what = () => `${business.name} to connect; it is ${status}`;
  await until(stage, connectTimeoutMs, what, async () => {
    const view = await api<TenantStatusView>('GET', `/admin/tenants/${tenant.id}/status`);
    status = `${view.status}${view.reason ? ` (${view.reason.explanation})` : ''}`;
    if (view.status === 'ACTIVE') return true;
    if (view.session.state !== 'QR_READY') return false;
    const { raw } = await api<QrView>('GET', `/admin/tenants/${tenant.id}/qr`);
    if (raw === null || scanned.has(raw)) return false;
    scanned.add(raw);
    await phones('POST', `/users/${business.number}/scan`, { qr: raw });
    progress.step(`${business.name}: QR scanned`);
    return false;
  });
  progress.step(`${business.name}: connected`);
}

async function receive(stage: Stage, tenant: Tenant, customer: Business['customer']): Promise<void> {
  const { id } = await stage.phones<{ id: string }>('POST', `/users/${customer.number}/send`, {
    to: tenant.phoneNumber,
    body: customer.asks,
  });
  await until(
    stage,
    messageTimeoutMs,
    () => `the message of ${customer.name}`,
    async () => {
      const { items } = await stage.api<Page<Message>>(
        'GET',
        `/admin/tenants/${tenant.id}/messages?limit=20`,
      );
      return items.some(({ waMessageId }) => waMessageId === id);
    },
  );
  stage.progress.step(`${customer.name} to ${tenant.name}: “${customer.asks}”`);
}

async function reply(stage: Stage, tenant: Tenant, { customer }: Business): Promise<void> {
  const { api, progress } = stage;
  const messages = `/admin/tenants/${tenant.id}/messages`;
  const sent = await api<Message>('POST', messages, { chatId: customer.number, body: answer });
  await until(
    stage,
    messageTimeoutMs,
    () => `${customer.name} to read the answer`,
    async () => {
      const { status } = await api<Message>('GET', `${messages}/${sent.id}`);
      return status === 'READ';
    },
  );
  progress.step(`${tenant.name} to ${customer.name}: “${answer}” (read)`);
}

async function until(
  { signal }: Stage,
  timeoutMs: number,
  what: () => string,
  condition: () => Promise<boolean>,
): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new StackError(`Waited ${timeoutMs / 1000} s in vain for ${what()}.`);
    await delay(50, undefined, { signal });
  }
}
