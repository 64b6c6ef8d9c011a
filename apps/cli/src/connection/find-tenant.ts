import { isTenantId, type Tenant } from '@wafleet/contracts';
import { Failure } from '../failure';
import type { Api } from './api';

/**
 * The tenant of this id, name or number. Names are compared whole: half a name at night is the wrong tenant.
 * @throws Failure `notFound`; `usage` where several are called so
 */
export async function findTenant({ client, answer }: Api, called: string): Promise<Tenant> {
  if (isTenantId(called)) {
    const found = await client.GET('/admin/tenants/{tenantId}', { params: { path: { tenantId: called } } });
    if (found.response.status === 404) throw unknown(called);
    return answer(Promise.resolve(found));
  }
  const { items, nextCursor } = await answer(
    client.GET('/admin/tenants', { params: { query: { q: called.slice(0, 100), limit: 200 } } }),
  );
  const byName = items.filter(({ name }) => name.toLowerCase() === called.toLowerCase());
  const same = byName.length > 0 ? byName : await withNumber({ client, answer }, items, called);
  if (same.length === 1) return same[0] as Tenant;
  if (same.length > 1)
    throw new Failure('usage', {
      title: `Several tenants are called ${called}.`,
      detail: same.map(({ id, name }) => `${id}  ${name}`).join('\n'),
      action: 'Say which, by its id.',
    });
  const near = items.slice(0, 5).map(({ name }) => name);
  throw unknown(
    called,
    near.length > 0 ? `Close to it: ${near.join(', ')}${nextCursor ? ', …' : ''}.` : undefined,
  );
}

/** More tenants than this share no number's digits. */
const maxLookedAt = 10;

/** Those that have the number, or are linked to it. */
async function withNumber(
  { client, answer }: Pick<Api, 'client' | 'answer'>,
  items: readonly Tenant[],
  called: string,
): Promise<Tenant[]> {
  const digits = called.replace(/[\s()+-]/g, '');
  if (!/^\d{7,15}$/.test(digits)) return [];
  const views = await Promise.all(
    items
      .slice(0, maxLookedAt)
      .map(({ id }) =>
        answer(client.GET('/admin/tenants/{tenantId}/status', { params: { path: { tenantId: id } } })),
      ),
  );
  const linked = views.flatMap(({ tenantId, session }) =>
    session.account?.phoneNumber === digits ? [tenantId] : [],
  );
  return items.filter(({ id, phoneNumber }) => linked.includes(id) || phoneNumber === digits);
}

const unknown = (called: string, detail?: string) =>
  new Failure('notFound', {
    title: `There is no tenant ${called}.`,
    detail,
    action: 'wafleet ps lists them with their ids.',
    code: 'NOT_FOUND',
  });
