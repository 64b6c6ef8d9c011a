import { AppError, type Retention, type TenantId, type UpdateRetention } from '@wafleet/contracts';
import type { Database, Transaction } from '@wafleet/db';
import { changeTenant, type TenantChangeDeps } from '../tenants/changes/change-tenant';
import type { Actor } from '../tenants/changes/request-run';

/** For how many days things are kept where a tenant has nothing of its own. */
export interface DefaultRetention {
  /** 0: for ever. */
  messageDays: number;
  mediaDays: number;
  eventDays: number;
  deliveredDays: number;
  failedDays: number;
  historyDays: number;
}

/** How long a tenant's data are kept. What is shortened takes effect at the next clean-up, minutes later. */
export interface RetentionService {
  /** @throws AppError NOT_FOUND */
  get(tenantId: TenantId): Promise<Retention>;
  /** @throws AppError NOT_FOUND, TENANT_ERASING */
  update(tenantId: TenantId, input: UpdateRetention, by: Actor): Promise<Retention>;
}

const nothing = {
  messageDays: null,
  mediaDays: null,
  eventDays: null,
  deliveryDays: null,
  historyDays: null,
};

export function createRetentionService(
  deps: TenantChangeDeps & { db: Database; defaults: DefaultRetention },
): RetentionService {
  const { db, defaults } = deps;

  async function get(tenantId: TenantId): Promise<Retention> {
    const tenant = await db.tenant.findUnique({ where: { id: tenantId }, select: { retention: true } });
    if (!tenant) throw new AppError('NOT_FOUND');
    const { messageDays, mediaDays, eventDays, deliveryDays, historyDays } = tenant.retention ?? nothing;
    return {
      own: { messageDays, mediaDays, eventDays, deliveryDays, historyDays },
      inForce: {
        messageDays: messageDays ?? (defaults.messageDays || null),
        mediaDays: mediaDays ?? defaults.mediaDays,
        eventDays: eventDays ?? defaults.eventDays,
        deliveryDays: {
          delivered: deliveryDays ?? defaults.deliveredDays,
          failed: deliveryDays ?? defaults.failedDays,
        },
        historyDays: historyDays ?? defaults.historyDays,
      },
    };
  }

  return {
    get,
    async update(tenantId, input, by) {
      await changeTenant(deps, tenantId, async (tx, _tenant, now) => {
        await tx.retention.upsert({
          where: { tenantId },
          create: { tenantId, ...input },
          update: input,
        });
        if (input.mediaDays !== undefined)
          await moveMediaEnds(tx, tenantId, input.mediaDays ?? defaults.mediaDays);
        const fields = Object.keys(input).sort().join(',');
        return [{ tenantId, type: 'tenant.updated', at: now, data: { fields, by } }];
      });
      return get(tenantId);
    },
  };
}

/** Media carry their end, so that what is here already gets the new one. */
async function moveMediaEnds(tx: Transaction, tenantId: TenantId, days: number): Promise<void> {
  await tx.$executeRaw`
    UPDATE media SET expires_at = created_at + make_interval(days => ${days}::int) WHERE tenant_id = ${tenantId}`;
}
