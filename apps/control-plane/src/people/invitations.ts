import { randomBytes } from 'node:crypto';
import {
  AppError,
  type AcceptInvitation,
  type Invitation,
  type InvitationLook,
  type TenantId,
} from '@wafleet/contracts';
import type { Database, Prisma, Transaction } from '@wafleet/db';
import type { Logger } from '@wafleet/runtime';
import type { Mailer } from '../mail/mailer';
import type { NewId } from '../new-id';
import type { SignIn } from '../sign-in/sign-in';
import { hashToken } from '../sign-in/token';
import { invitationMail } from './invitation-mail';

const lifeMs = 7 * 24 * 60 * 60 * 1_000;

/** Links by which people set a password: the first, or another one. A newer link ends the older ones. */
export interface Invitations {
  /**
   * Makes a link for the person, and sends it where there is a mail server.
   * @param from the workspace whose owner asks for it; null: an operator does
   */
  invite(userId: string, from: TenantId | null): Promise<Invitation>;
  /** Uses nothing up. @throws AppError NOT_FOUND, LINK_ENDED */
  look(token: string): Promise<InvitationLook>;
  /** The person can sign in by the password, and is signed in nowhere. @throws AppError NOT_FOUND, LINK_ENDED */
  accept(input: AcceptInvitation): Promise<{ userId: string; email: string }>;
}

export function createInvitations(deps: {
  db: Database;
  signIn: Pick<SignIn, 'config' | 'setPassword' | 'signOut'>;
  mailer: Mailer | null;
  newId: NewId;
  now: () => Date;
  log: Logger;
}): Invitations {
  const { db, signIn, mailer, newId, now, log } = deps;

  return {
    async invite(userId, from) {
      const token = randomBytes(32).toString('base64url');
      const at = now();
      const expiresAt = new Date(at.getTime() + lifeMs);
      const row = await db.$transaction(async (tx) => {
        const user = await tx.user.findUnique({ where: { id: userId }, include: whatIsTheirs });
        if (!user) throw new AppError('NOT_FOUND');
        // Whoever holds the link becomes the person: it is shown to nobody who would get more by it than they gave.
        const mayShow = from === null || isOnlyOf(user, from);
        if (!mayShow && (mailer === null || user.signInAccounts.length > 0)) return null;
        await tx.invitation.deleteMany({ where: { userId } });
        const data = {
          id: newId('inv'),
          userId,
          tokenHash: hashToken(token),
          tenantId: from,
          createdAt: at,
          expiresAt,
        };
        return tx.invitation.create({
          data: { ...data, wasShown: mayShow && from !== null },
          include: { user: true, tenant: true },
        });
      });
      if (row === null) return { invitationUrl: null, expiresAt: null, isMailed: false };
      const url = new URL(`/invitation/${token}`, signIn.config.publicUrl).href;
      const isMailed = await mail(row, url);
      const isShown = from === null || row.wasShown;
      return { invitationUrl: isShown ? url : null, expiresAt: expiresAt.toISOString(), isMailed };
    },

    async look(token) {
      const { user, tenant, expiresAt } = await valid(db, token, now());
      return {
        email: user.email,
        name: user.name,
        tenantName: tenant?.name ?? null,
        expiresAt: expiresAt.toISOString(),
      };
    },

    async accept({ token, name, password }) {
      const { user } = await db.$transaction(async (tx) => {
        const invitation = await valid(tx, token, now());
        const { id, userId, tenantId, wasShown } = invitation;
        const { count } = await tx.invitation.updateMany({
          where: { id, usedAt: null },
          data: { usedAt: now() },
        });
        if (count === 0) throw ended('used');
        // Where only the address itself, or an operator, had the link, the address is the person's.
        const isProven = tenantId === null || !wasShown;
        await tx.user.update({
          where: { id: userId },
          data: { name, ...(isProven ? { emailVerified: true } : {}) },
        });
        return invitation;
      });
      await signIn.setPassword(user.id, password);
      await signIn.signOut(user.id);
      return { userId: user.id, email: user.email };
    },
  };

  async function mail(
    row: { id: string; user: { email: string }; tenant: { name: string } | null; expiresAt: Date },
    url: string,
  ) {
    if (mailer === null) return false;
    const { id, user, tenant, expiresAt } = row;
    const taking = await mailer.send({
      id,
      to: [user.email],
      date: now(),
      ...invitationMail(url, tenant?.name ?? null, expiresAt),
    });
    if (taking.kind !== 'taken')
      log.warn({ invitationId: id, problem: taking.problem }, 'invitation not mailed');
    return taking.kind === 'taken';
  }
}

const whatIsTheirs = { memberships: true, signInAccounts: { select: { id: true } } } as const;

/** Whether a person has nothing yet but a role in this one workspace. */
function isOnlyOf(user: Prisma.UserGetPayload<{ include: typeof whatIsTheirs }>, tenantId: string): boolean {
  const { fleetRole, memberships, signInAccounts } = user;
  return (
    fleetRole === null && signInAccounts.length === 0 && memberships.every((one) => one.tenantId === tenantId)
  );
}

/** @throws AppError NOT_FOUND, LINK_ENDED */
async function valid(db: Pick<Transaction, 'invitation'>, token: string, now: Date) {
  const row = await db.invitation.findUnique({
    where: { tokenHash: hashToken(token) },
    include: { user: { include: whatIsTheirs }, tenant: { select: { name: true } } },
  });
  if (row === null) throw new AppError('NOT_FOUND');
  if (row.usedAt) throw ended('used');
  if (row.expiresAt <= now) throw ended('expired');
  if (row.user.disabledAt) throw ended('revoked');
  // Meanwhile somebody else let the person in: what they gave is not for who was shown this link.
  if (row.tenantId !== null && row.wasShown && !isOnlyOf(row.user, row.tenantId)) throw ended('revoked');
  return row;
}

const sentences = {
  used: 'It was used already. Sign in with your password.',
  expired: 'It was valid for seven days.',
  revoked: 'It was replaced or withdrawn.',
};

function ended(reason: keyof typeof sentences): AppError {
  return new AppError('LINK_ENDED', { detail: sentences[reason], extra: { reason } });
}
