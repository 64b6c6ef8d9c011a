import {
  AppError,
  type InvitedPerson,
  type InvitePerson,
  type PortalRole,
  type TenantId,
  type TenantPerson,
} from '@wafleet/contracts';
import type { Database, Prisma, Transaction } from '@wafleet/db';
import { lockTenant } from '../tenants/changes/change-tenant';
import type { Members } from '../users/members';
import type { Invitations } from './invitations';

/** More is no workspace any more, but a way to fill a table. */
const maxPeople = 200;

/** The people of one workspace, as its owners manage them. */
export interface TenantPeople {
  /** In the order of their addresses. */
  list(tenantId: TenantId): Promise<TenantPerson[]>;
  /**
   * The person has the role. Who has no way to sign in yet gets a link, which is shown only where the person has nothing
   * elsewhere. @throws AppError TOO_MANY, TENANT_ERASING; CONFLICT where an operator must vouch for the address
   */
  invite(tenantId: TenantId, input: InvitePerson): Promise<InvitedPerson>;
  /** @throws AppError NOT_FOUND; CONFLICT for the last owner */
  change(tenantId: TenantId, userId: string, role: PortalRole): Promise<TenantPerson>;
  /** @throws AppError NOT_FOUND; CONFLICT for the last owner */
  remove(tenantId: TenantId, userId: string): Promise<void>;
}

export function createTenantPeople(deps: {
  db: Database;
  members: Pick<Members, 'put' | 'forget'>;
  invitations: Pick<Invitations, 'invite'>;
}): TenantPeople {
  const { db, members, invitations } = deps;

  return {
    async list(tenantId) {
      const rows = await db.membership.findMany({
        where: { tenantId },
        include: personParts,
        orderBy: { user: { email: 'asc' } },
      });
      return rows.map(personView);
    },

    async invite(tenantId, { email, name, role }) {
      const known = await db.user.findUnique({
        where: { email },
        include: { memberships: true, signInAccounts: true },
      });
      const isNewHere = !known?.memberships.some((one) => one.tenantId === tenantId);
      if (isNewHere && (await db.membership.count({ where: { tenantId } })) >= maxPeople) {
        throw new AppError('TOO_MANY', { detail: `A workspace has at most ${maxPeople} people.` });
      }
      // Somebody may have an account under an address that was never theirs.
      if (isNewHere && known && known.signInAccounts.length > 0 && !known.emailVerified) {
        throw new AppError('CONFLICT', {
          detail: 'It is not known whose this address is; an operator can add it.',
        });
      }
      // What somebody is called where they already are is theirs to say.
      await members.put(tenantId, email, { role, ...(known === null && name !== undefined ? { name } : {}) });
      const row = await find(db, tenantId, { email });
      return { ...personView(row), ...(await invitations.invite(row.userId, tenantId)) };
    },

    async change(tenantId, userId, role) {
      const row = await db.$transaction(async (tx) => {
        await lockTenant(tx, tenantId);
        const before = await find(tx, tenantId, { id: userId });
        if (role !== 'OWNER') await requireAnotherOwner(tx, before);
        await tx.membership.update({ where: { userId_tenantId: { userId, tenantId } }, data: { role } });
        return { ...before, role };
      });
      members.forget();
      return personView(row);
    },

    async remove(tenantId, userId) {
      await db.$transaction(async (tx) => {
        await lockTenant(tx, tenantId);
        await requireAnotherOwner(tx, await find(tx, tenantId, { id: userId }));
        await tx.membership.delete({ where: { userId_tenantId: { userId, tenantId } } });
      });
      members.forget();
    },
  };
}

async function find(
  db: Pick<Transaction, 'membership'>,
  tenantId: TenantId,
  user: { id: string } | { email: string },
) {
  const row = await db.membership.findFirst({ where: { tenantId, user }, include: personParts });
  if (!row) throw new AppError('NOT_FOUND');
  return row;
}

async function requireAnotherOwner(
  tx: Transaction,
  { userId, tenantId, role }: { userId: string; tenantId: string; role: PortalRole },
) {
  if (role !== 'OWNER') return;
  const others = { tenantId, role: 'OWNER', userId: { not: userId } } as const;
  if ((await tx.membership.count({ where: others })) > 0) return;
  throw new AppError('CONFLICT', { detail: 'This is the last owner; make somebody else one first.' });
}

const personParts = {
  user: { include: { signInAccounts: { select: { id: true }, take: 1 } } },
} satisfies Prisma.MembershipInclude;

function personView({
  user,
  role,
}: Prisma.MembershipGetPayload<{ include: typeof personParts }>): TenantPerson {
  const { id, email, name, disabledAt, signInAccounts } = user;
  return { id, email, name, role, isDisabled: disabledAt !== null, canSignIn: signInAccounts.length > 0 };
}
