import {
  AppError,
  type ChangeUser,
  type InvitedUser,
  type InviteUser,
  isTenantId,
  type ListUsersQuery,
  type Page,
  type User,
} from '@wafleet/contracts';
import type { Database, Prisma, Transaction } from '@wafleet/db';
import type { NewId } from '../new-id';
import { decodeCursor, pageFrom } from '../page-cursor';
import type { SignIn } from '../sign-in/sign-in';
import type { Members } from '../users/members';
import type { Invitations } from './invitations';

const userIdPattern = /^usr_[0-9a-z]{26}$/;

/** The people of the fleet and of all tenants, for operators. */
export interface UserService {
  /** Newest first. @throws AppError INVALID_INPUT naming cursor */
  list(query: ListUsersQuery): Promise<Page<User>>;
  /**
   * The person has these roles beside those they had, and a link to set a password: whoever has the address already, a
   * new one. @throws AppError INVALID_INPUT, TENANT_ERASING
   */
  invite(input: InviteUser): Promise<InvitedUser>;
  /** @throws AppError NOT_FOUND; CONFLICT where nobody would be left who lets others in */
  change(userId: string, input: ChangeUser): Promise<User>;
  /** @throws AppError NOT_FOUND, CONFLICT */
  remove(userId: string): Promise<void>;
  /** Ends the person's sign-ins, in every browser. @throws AppError NOT_FOUND */
  signOut(userId: string): Promise<void>;
}

export function createUserService(deps: {
  db: Database;
  members: Pick<Members, 'put' | 'forget'>;
  invitations: Pick<Invitations, 'invite'>;
  signIn: Pick<SignIn, 'signOut'>;
  newId: NewId;
  now: () => Date;
}): UserService {
  const { db, members, invitations, signIn, newId, now } = deps;

  const view = async (userId: string): Promise<User> => {
    const row = await db.user.findUnique({ where: { id: userId }, include: userParts(now()) });
    if (!row) throw new AppError('NOT_FOUND');
    return userView(row);
  };

  return {
    async list({ search, fleetRole, limit, cursor }) {
      const contains = { contains: search ?? '', mode: 'insensitive' } as const;
      const rows = await db.user.findMany({
        where: {
          ...(cursor === undefined ? {} : { id: { lt: decodeCursor('users', userIdPattern, cursor) } }),
          ...(search === undefined ? {} : { OR: [{ email: contains }, { name: contains }] }),
          ...(fleetRole === undefined ? {} : { fleetRole }),
        },
        include: userParts(now()),
        orderBy: { id: 'desc' },
        take: limit + 1,
      });
      const page = pageFrom('users', rows, limit, ({ id }) => id);
      return { ...page, items: page.items.map(userView) };
    },

    async invite({ email, name, fleetRole, tenantId, tenantRole }) {
      if ((tenantId === undefined) !== (tenantRole === undefined))
        throw wrong('tenantRole', 'belongs to tenantId');
      if (tenantId !== undefined && !isTenantId(tenantId))
        throw wrong('tenantId', 'is not the id of a tenant');
      const known = await db.user.findUnique({ where: { email }, select: { id: true } });
      if (known === null && fleetRole === undefined && tenantId === undefined) {
        throw wrong('fleetRole', 'or tenantId must say what the person may do');
      }
      const person = name === undefined ? {} : { name };
      // First, because it may be refused.
      if (tenantId !== undefined && tenantRole !== undefined) {
        await members.put(tenantId, email, { ...person, role: tenantRole }).catch(asWrongTenant);
      }
      const { id } = await db.user.upsert({
        where: { email },
        create: { id: newId('usr'), email, ...person, fleetRole: fleetRole ?? null },
        update: { ...(known === null ? person : {}), ...(fleetRole === undefined ? {} : { fleetRole }) },
      });
      members.forget();
      const invitation = await invitations.invite(id, null);
      return { ...(await view(id)), ...invitation };
    },

    async change(userId, { name, fleetRole, disabled }) {
      await db.$transaction(async (tx) => {
        const user = await mustExist(tx, userId);
        if (fleetRole !== undefined && fleetRole !== 'ADMIN') await requireAnotherAdmin(tx, user);
        if (disabled === true) await requireAnotherAdmin(tx, user);
        await tx.user.update({
          where: { id: userId },
          data: {
            ...(name === undefined ? {} : { name }),
            ...(fleetRole === undefined ? {} : { fleetRole }),
            ...(disabled === undefined ? {} : { disabledAt: disabled ? (user.disabledAt ?? now()) : null }),
          },
        });
        if (disabled === true) await tx.signIn.deleteMany({ where: { userId } });
      });
      members.forget();
      return view(userId);
    },

    async remove(userId) {
      await db.$transaction(async (tx) => {
        await requireAnotherAdmin(tx, await mustExist(tx, userId));
        await tx.user.delete({ where: { id: userId } });
      });
      members.forget();
    },

    async signOut(userId) {
      await mustExist(db, userId);
      await signIn.signOut(userId);
    },
  };
}

async function mustExist(db: Pick<Transaction, 'user'>, userId: string) {
  const user = await db.user.findUnique({ where: { id: userId } });
  if (!user) throw new AppError('NOT_FOUND');
  return user;
}

/** Of two who take each other's role at once, one is refused: the rows of all of them are locked. */
async function requireAnotherAdmin(
  tx: Transaction,
  user: { id: string; fleetRole: string | null; disabledAt: Date | null },
): Promise<void> {
  if (user.fleetRole !== 'ADMIN' || user.disabledAt !== null) return;
  const admins = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM users WHERE fleet_role = 'ADMIN' AND disabled_at IS NULL ORDER BY id FOR UPDATE`;
  if (admins.some(({ id }) => id !== user.id)) return;
  throw new AppError('CONFLICT', { detail: 'This is the last ADMIN; let another one in first.' });
}

const userParts = (now: Date) =>
  ({
    memberships: { include: { tenant: { select: { id: true, name: true } } }, orderBy: { tenantId: 'asc' } },
    signInAccounts: { select: { id: true }, take: 1 },
    signIns: {
      where: { expiresAt: { gt: now } },
      select: { createdAt: true },
      orderBy: { createdAt: 'desc' },
      take: 1,
    },
  }) satisfies Prisma.UserInclude;

function userView(row: Prisma.UserGetPayload<{ include: ReturnType<typeof userParts> }>): User {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    fleetRole: row.fleetRole,
    tenants: row.memberships.map(({ tenant, role }) => ({ ...tenant, role })),
    isDisabled: row.disabledAt !== null,
    canSignIn: row.signInAccounts.length > 0,
    signedInAt: row.signIns[0]?.createdAt.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}

function wrong(field: string, message: string): AppError {
  return new AppError('INVALID_INPUT', { fields: [{ field, message }] });
}

/** Here the tenant is a field, not what the path names. */
function asWrongTenant(error: unknown): never {
  if (error instanceof AppError && error.code === 'NOT_FOUND') throw wrong('tenantId', 'names no tenant');
  throw error;
}
