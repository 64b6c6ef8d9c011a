import type { Statements } from '@wafleet/db';

/** Counts messages for the statements of the outages in which they came; in the transaction that stores them. */
export async function countRecovered(
  tx: Statements,
  messages: readonly { chatId: string; recoveredIn: string | null }[],
): Promise<void> {
  const counts = new Map<string, { outageId: string; chatId: string; count: number }>();
  for (const { recoveredIn, chatId } of messages) {
    if (recoveredIn === null) continue;
    const place = `${recoveredIn} ${chatId}`;
    const known = counts.get(place) ?? { outageId: recoveredIn, chatId, count: 0 };
    counts.set(place, { ...known, count: known.count + 1 });
  }
  if (counts.size === 0) return;
  await tx.$executeRaw`
    WITH found AS (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify([...counts.values()])}::jsonb)
        AS v ("outageId" text, "chatId" text, count int)),
    chats AS (
      INSERT INTO outage_chats AS c (outage_id, chat_id, recovered)
      SELECT "outageId", "chatId", count FROM found
      ON CONFLICT (outage_id, chat_id) DO UPDATE SET recovered = c.recovered + excluded.recovered)
    UPDATE outages o SET recovered = o.recovered + v.count
    FROM (SELECT "outageId" AS id, sum(count)::int AS count FROM found GROUP BY 1) v
    WHERE o.id = v.id`;
}
