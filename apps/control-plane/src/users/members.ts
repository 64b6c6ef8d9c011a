import {
  AppError,
  type FleetRole,
  type Member,
  type PortalRole,
  type PutMember,
  type TenantId,
} from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import type { NewId } from '../new-id';
import { createShortMemory } from './short-memory';

const rememberedMs = 5_000;
const maxRemembered = 5_000;

/** A person with every workspace that is theirs, in the order of the names. */
export interface Person {
  id: string;
  email: string;
  name: string | null;
  /** Null: none of the people who run the fleet. */
  fleetRole: FleetRole | null;
  tenants: { id: TenantId; name: string; role: PortalRole }[];
}

/** Who may use the portal for which tenant. E-mail addresses come in lower case. */
export interface Members {
  /** Null where nobody has the address, or who has it is disabled. */
  findPerson(email: string): Promise<Person | null>;
  /** What is remembered of people is no longer true. */
  forget(): void;
  /** The same by id, and as it is now. */
  findById(userId: string): Promise<Person | null>;
  findTenant(tenantId: TenantId): Promise<{ id: TenantId; name: string } | null>;
  /** @throws AppError NOT_FOUND for an unknown tenant */
  list(tenantId: TenantId): Promise<Member[]>;
  /**
   * The person has this role; a name given here replaces the one known.
   * @throws AppError NOT_FOUND, TENANT_ERASING
   */
  put(tenantId: TenantId, email: string, input: PutMember): Promise<Member>;
  /** The person has no access from now on; repeating it changes nothing. @throws AppError NOT_FOUND for an unknown tenant */
  remove(tenantId: TenantId, email: string): Promise<void>;
}

export function createMembers(deps: { db: Database; newId: NewId; now: () => Date }): Members {
  const { db, newId, now } = deps;
  const remembered = createShortMemory<Person | null>({
    ttlMs: rememberedMs,
    maxEntries: maxRemembered,
    now,
  });

  return {
    findPerson: (email) => remembered.get(email, () => loadPerson(db, { email })),
    forget: () => remembered.forget(),
    findById: (id) => loadPerson(db, { id }),

    async findTenant(id) {
      const tenant = await db.tenant.findUnique({ where: { id }, select: { name: true } });
      return tenant && { id, name: tenant.name };
    },

    async list(tenantId) {
      await requireTenant(db, tenantId);
      const rows = await db.membership.findMany({
        where: { tenantId },
        include: { user: true },
        orderBy: { user: { email: 'asc' } },
      });
      return rows.map((row) => ({ email: row.user.email, name: row.user.name, role: row.role }));
    },

    async put(tenantId, email, input) {
      const name = input.name === undefined ? {} : { name: input.name };
      const user = await db.$transaction(async (tx) => {
        if ((await requireTenant(tx, tenantId)).desiredState === 'ERASED')
          throw new AppError('TENANT_ERASING');
        const user = await tx.user.upsert({
          where: { email },
          create: { id: newId('usr'), email, ...name },
          update: name,
        });
        await tx.membership.upsert({
          where: { userId_tenantId: { userId: user.id, tenantId } },
          create: { userId: user.id, tenantId, role: input.role },
          update: { role: input.role },
        });
        return user;
      });
      remembered.forget();
      return { email: user.email, name: user.name, role: input.role };
    },

    async remove(tenantId, email) {
      await requireTenant(db, tenantId);
      await db.membership.deleteMany({ where: { tenantId, user: { email } } });
      remembered.forget();
    },
  };
}

async function loadPerson(db: Database, who: { email: string } | { id: string }): Promise<Person | null> {
  const user = await db.user.findUnique({
    where: who,
    include: { memberships: { include: { tenant: { select: { id: true, name: true } } } } },
  });
  if (!user || user.disabledAt) return null;
  const tenants = user.memberships
    .map(({ tenant, role }) => ({ id: tenant.id as TenantId, name: tenant.name, role }))
    .sort((one, other) =>
      one.name < other.name ? -1 : one.name > other.name ? 1 : one.id < other.id ? -1 : 1,
    );
  return { id: user.id, email: user.email, name: user.name, fleetRole: user.fleetRole, tenants };
}

async function requireTenant(db: Pick<Database, 'tenant'>, tenantId: TenantId) {
  const tenant = await db.tenant.findUnique({ where: { id: tenantId }, select: { desiredState: true } });
  if (!tenant) throw new AppError('NOT_FOUND');
  return tenant;
}
