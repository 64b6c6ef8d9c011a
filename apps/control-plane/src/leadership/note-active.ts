import type { Database } from '@wafleet/db';

/**
 * Writes down that a control plane is the active one now. Returns when the last one was lost, because it ended without
 * noteStopped: killed, crashed, or without its lock. Null: that never happened.
 */
export async function noteActive(db: Database, now: Date): Promise<Date | null> {
  const { id, isActive, lostAt } = await db.instance.findFirstOrThrow();
  const data = { isActive: true, lostAt: isActive ? now : lostAt };
  return (await db.instance.update({ where: { id }, data })).lostAt;
}

/** Of the active one only, before it lets go of the lock. */
export async function noteStopped(db: Database): Promise<void> {
  await db.instance.updateMany({ data: { isActive: false } });
}
