import { type AlertNotice, idPrefixes } from '@wafleet/contracts';
import type { Database, Transaction } from '@wafleet/db';
import type { NewId } from '../../new-id';
import type { AlertPolicy } from '../alert-policy';
import { alertTenants } from '../alert-tenants';
import { type AlertParticulars, noticeContent } from './notice-content';
import { type CauseGroup, planNotices, type Untold } from './plan-notices';

/** More than this many are told in two goes. */
const batchSize = 5_000;
const hourMs = 60 * 60 * 1_000;
const transactionTimeoutMs = 20_000;

/**
 * Writes the notices that are due, with a delivery for each channel, and marks what they tell as told, all in one
 * transaction: after a restart nothing is told again. Returns how many.
 */
export function tellAlerts(
  deps: { db: Database; newId: NewId; policy: AlertPolicy; channels: readonly string[] },
  now: Date,
): Promise<number> {
  return deps.db.$transaction(
    async (tx) => {
      const alerts = await lockUntold(tx);
      const notices = planNotices(
        alerts.map(untold),
        await noticesOfTheHour(tx, now),
        now.getTime(),
        deps.policy,
      );
      const tenantOf = await alertTenants(tx, alerts);
      const particulars = new Map<string, AlertParticulars>(
        alerts.map((alert) => [alert.id, { tenant: tenantOf(alert), detail: alert.detail }]),
      );
      for (const groups of notices) {
        const content = noticeContent(groups, particulars, now);
        await storeNotice(tx, deps.newId(idPrefixes.notice), content, deps.channels, now);
        await markTold(tx, groups, now);
      }
      return notices.length;
    },
    { timeout: transactionTimeoutMs },
  );
}

/** What is being changed right now is left for the next time: to wait for it with others locked could be a deadlock. */
async function lockUntold(tx: Transaction) {
  const locked = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM alerts
    WHERE (told_at IS NULL AND ended_at IS NULL)
       OR (told_at IS NOT NULL AND ended_at IS NOT NULL AND end_told_at IS NULL)
    ORDER BY id LIMIT ${batchSize} FOR UPDATE SKIP LOCKED`;
  if (locked.length === 0) return [];
  return tx.alert.findMany({ where: { id: { in: locked.map(({ id }) => id) } }, orderBy: { id: 'asc' } });
}

async function noticesOfTheHour(tx: Transaction, now: Date): Promise<number[]> {
  const rows = await tx.alertNotice.findMany({
    where: { createdAt: { gt: new Date(now.getTime() - hourMs) } },
    select: { createdAt: true },
  });
  return rows.map(({ createdAt }) => createdAt.getTime());
}

async function storeNotice(
  tx: Transaction,
  id: string,
  content: AlertNotice,
  channels: readonly string[],
  now: Date,
): Promise<void> {
  const deliveries = channels.map((channel) => ({ channel, nextAttemptAt: now }));
  await tx.alertNotice.create({
    data: {
      id,
      content: content,
      createdAt: now,
      deliveries: { create: deliveries },
    },
  });
}

async function markTold(tx: Transaction, groups: readonly CauseGroup[], now: Date): Promise<void> {
  for (const { kind, alerts } of groups) {
    const ids = alerts.map(({ alertId }) => alertId);
    await tx.alert.updateMany({
      where: { id: { in: ids } },
      data: kind === 'opened' ? { toldAt: now } : { endToldAt: now },
    });
  }
}

function untold(row: {
  id: string;
  tenantId: string | null;
  reason: string;
  openedAt: Date;
  endedAt: Date | null;
}): Untold {
  const { id, tenantId, reason, openedAt, endedAt } = row;
  return {
    alertId: id,
    kind: endedAt === null ? 'opened' : 'ended',
    about: tenantId === null ? 'control_plane' : 'tenants',
    reason,
    since: (endedAt ?? openedAt).getTime(),
  };
}
