import { idPrefixes, type Account, type SessionSnapshot, type TenantId } from '@wafleet/contracts';
import type { Transaction } from '@wafleet/db';

/** The account linked so far, as its row has it. */
export interface KnownAccount {
  id: string;
  phoneNumber: string;
  lid: string | null;
  name: string | null;
  linkedAt: Date;
}

const maxFirstSyncMs = 60 * 60 * 1_000;

type AccountStep =
  /** Nothing is linked. */
  | { kind: 'none' }
  | { kind: 'keep'; known: KnownAccount; learned: { lid: string | null; name: string | null } | null }
  | { kind: 'unlink'; known: KnownAccount }
  | { kind: 'link'; account: Account; linkedAt: number | null };

/** `refused`: the number is linked to another tenant. */
export type LinkOutcome =
  { kind: 'linked'; accountId: string; linkedAt: Date } | { kind: 'none' } | { kind: 'refused' };

/**
 * What a snapshot means for the account linked so far. A page that shows a code is linked to nobody: the link that the
 * row tells of is gone, and must hold the number no longer.
 */
export function accountStep(
  snapshot: Pick<SessionSnapshot, 'state' | 'account' | 'linkedAt'>,
  known: KnownAccount | null,
): AccountStep {
  const isUnlinked = snapshot.state === 'LOGGED_OUT' || snapshot.state === 'QR_READY';
  if (isUnlinked) return known === null ? { kind: 'none' } : { kind: 'unlink', known };
  const seen = snapshot.account;
  if (seen !== null && seen.phoneNumber !== known?.phoneNumber)
    return { kind: 'link', account: seen, linkedAt: snapshot.linkedAt ?? null };
  if (known === null) return { kind: 'none' };
  const learned = { lid: seen?.lid ?? known.lid, name: seen?.name ?? known.name };
  const isNews = learned.lid !== known.lid || learned.name !== known.name;
  return { kind: 'keep', known, learned: isNews ? learned : null };
}

/** Brings the tenant's accounts up to what a snapshot tells. One row per link; repeats change nothing. */
export async function linkAccount(
  tx: Transaction,
  tenantId: TenantId,
  step: AccountStep,
  deps: { now: Date; newId: (prefix: string) => string },
): Promise<LinkOutcome> {
  switch (step.kind) {
    case 'none':
      return { kind: 'none' };
    case 'keep':
      if (step.learned) await tx.account.update({ where: { id: step.known.id }, data: step.learned });
      return { kind: 'linked', accountId: step.known.id, linkedAt: step.known.linkedAt };
    case 'unlink':
      await unlinkAll(tx, tenantId, deps.now);
      return { kind: 'none' };
    case 'link':
      await unlinkAll(tx, tenantId, deps.now);
      return insertLink(tx, tenantId, step.account, linkTime(step.linkedAt, deps.now), deps);
  }
}

async function unlinkAll(tx: Transaction, tenantId: TenantId, unlinkedAt: Date): Promise<void> {
  await tx.account.updateMany({ where: { tenantId, unlinkedAt: null }, data: { unlinkedAt } });
}

/** The scan, which the first sync may follow by minutes; no worker can make it much earlier. */
function linkTime(scannedAt: number | null, now: Date): Date {
  if (scannedAt === null) return now;
  return new Date(Math.min(now.getTime(), Math.max(scannedAt, now.getTime() - maxFirstSyncMs)));
}

/** The index over linked numbers decides: of two tenants that link one number at the same moment, one is refused. */
async function insertLink(
  tx: Transaction,
  tenantId: TenantId,
  { phoneNumber, lid, name }: Account,
  linkedAt: Date,
  { newId }: { newId: (prefix: string) => string },
): Promise<LinkOutcome> {
  const id = newId(idPrefixes.account);
  const isAccepted = await isExpected(tx, tenantId, phoneNumber);
  const count = await tx.$executeRaw`
    INSERT INTO accounts (id, tenant_id, phone_number, lid, name, linked_at, is_accepted)
    VALUES (${id}, ${tenantId}, ${phoneNumber}, ${lid}, ${name}, ${linkedAt}, ${isAccepted})
    ON CONFLICT (phone_number) WHERE unlinked_at IS NULL DO NOTHING`;
  return count === 1 ? { kind: 'linked', accountId: id, linkedAt } : { kind: 'refused' };
}

/** The number that the tenant is to have, or where none is named the one it had before. */
async function isExpected(tx: Transaction, tenantId: TenantId, phoneNumber: string): Promise<boolean> {
  const tenant = await tx.tenant.findUnique({
    where: { id: tenantId },
    select: {
      phoneNumber: true,
      accounts: { where: { isAccepted: true }, orderBy: { linkedAt: 'desc' }, take: 1 },
    },
  });
  const expected = tenant?.phoneNumber ?? tenant?.accounts[0]?.phoneNumber ?? phoneNumber;
  return expected === phoneNumber;
}
