/** What a program answered 2xx; a repeat of an id too. Times in Unix milliseconds. */
export interface Told {
  tenantId: string;
  /** The header `webhook-id`. */
  id: string;
  chatId: string;
  body: string;
  /** When it happened. */
  at: number;
  /** When the program had it. */
  toldAt: number;
}

/** A time in which a tenant's webhook was disabled: what happens then is only sent by a replay. In Unix milliseconds. */
export interface DisabledTime {
  tenantId: string;
  from: number;
  to: number;
}

/** What happened so long before a webhook was disabled may have been stored after it, and be told by a replay alone. */
export const replayedBeforeMs = 60_000;

/**
 * Every message that was sent to a tenant was told, always by one `webhook-id`; and of each chat in the order in which it
 * happened, which the ids' numbers are, but for what had to be replayed.
 * @returns what is wrong; empty when every promise was kept
 */
export function judgeTold(
  sent: readonly { tenantId: string; body: string }[],
  told: readonly Told[],
  disabled: readonly DisabledTime[],
): string[] {
  const broken: string[] = [];
  const ids = new Map<string, Set<string>>();
  const keyOf = ({ tenantId, body }: { tenantId: string; body: string }) => `${tenantId} ${body}`;
  for (const one of told) ids.set(keyOf(one), (ids.get(keyOf(one)) ?? new Set()).add(one.id));
  for (const one of sent) {
    const count = ids.get(keyOf(one))?.size ?? 0;
    if (count !== 1) broken.push(`webhook: "${one.body}" was told by ${count} ids`);
  }
  const wasReplayed = ({ tenantId, at, toldAt }: Told) =>
    disabled.some(
      ({ from, to, ...time }) =>
        time.tenantId === tenantId && at >= from - replayedBeforeMs && at <= to && toldAt >= from,
    );
  const seen = new Set<string>();
  const latest = new Map<string, number>();
  for (const one of told) {
    const key = `${one.tenantId} ${one.id}`;
    if (seen.has(key)) continue;
    seen.add(key);
    if (wasReplayed(one)) continue;
    const chat = `${one.tenantId} ${one.chatId}`;
    const place = Number(one.id.split('-').at(-1));
    if (place < (latest.get(chat) ?? 0))
      broken.push(`webhook: "${one.body}" came after a later one of its chat`);
    else latest.set(chat, place);
  }
  return broken;
}
