const dayMs = 24 * 60 * 60 * 1_000;
const overlapMs = dayMs;
/** What fits into one command; the other chats are read from further back than they need. */
const maxChats = 2_000;

export interface BackfillFacts {
  account: { linkedAt: Date; completeUntil: Date | null };
  /** Chats that are further than the account. */
  chats: readonly { chatId: string; completeUntil: Date }[];
  /** How much history from before the link is wanted. */
  historyDays: number;
}

export interface BackfillWindow {
  /** Unix milliseconds. */
  since: number;
  chats: { chatId: string; since: number }[];
}

/**
 * From when on each chat is to be read: a day before the moment up to which it is complete, so that the reading
 * overlaps with what is known; never from before the link, except for the history that is wanted until the first
 * reading of all chats is committed.
 */
export function backfillWindow({ account, chats, historyDays }: BackfillFacts): BackfillWindow {
  // Messages carry whole seconds: the one of the link may look a moment older than it.
  const linkedAt = Math.floor(account.linkedAt.getTime() / 1_000) * 1_000;
  const sinceOf = (completeUntil: Date) => Math.max(linkedAt, completeUntil.getTime() - overlapMs);
  const completeUntil = account.completeUntil ?? account.linkedAt;
  const isFirst = completeUntil <= account.linkedAt;
  const since = isFirst ? Math.max(0, linkedAt - historyDays * dayMs) : sinceOf(completeUntil);
  const later = chats
    .map(({ chatId, completeUntil }) => ({ chatId, since: sinceOf(completeUntil) }))
    .filter((chat) => chat.since > since);
  return { since, chats: later.slice(0, maxChats) };
}
