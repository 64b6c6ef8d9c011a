import type { Trouble } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import { openAlert } from './open-alert';

/** Opens and ends the alerts of the control plane itself, so that they say what is wrong now. Repeats change nothing. */
export async function noteTroubles(db: Database, present: ReadonlySet<Trouble>, now: Date): Promise<void> {
  await db.$transaction(async (tx) => {
    const open = await tx.alert.findMany({ where: { tenantId: null, endedAt: null } });
    for (const { id, reason } of open)
      if (!present.has(reason as Trouble)) await tx.alert.update({ where: { id }, data: { endedAt: now } });
    for (const trouble of present)
      if (!open.some(({ reason }) => reason === trouble))
        await openAlert(tx, { tenantId: null, reason: trouble, detail: null }, now);
  });
}
