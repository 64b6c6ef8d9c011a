/** What became of a message, in times that can be stored. */
export type Update = { at: Date } & (
  | { kind: 'edited'; body: string }
  | { kind: 'revoked' }
  | { kind: 'reacted'; sender: string; emoji: string }
  | { kind: 'voted'; sender: string; options: number[] }
);

/** The last reaction of a person; without an emoji it was taken back. The time is in Unix milliseconds. */
export interface Reaction {
  sender: string;
  at: number;
  emoji: string;
}

/** The last vote of a person, by the options' places; without any it was taken back. */
export interface Vote {
  sender: string;
  at: number;
  options: number[];
}

/** What a row says of what became of its message. */
export interface Aftermath {
  editedAt: Date | null;
  /** Its text since then; null where it was never edited, or is deleted. */
  editedBody: string | null;
  revokedAt: Date | null;
  reactions: Reaction[];
  votes: Vote[];
}

export const noAftermath: Aftermath = {
  editedAt: null,
  editedBody: null,
  revokedAt: null,
  reactions: [],
  votes: [],
};

/** `kept`: what is stored has changed, and what is shown has not. */
export type UpdateOutcome = 'nothing' | 'kept' | 'news';

/** More than a group has members. */
const maxSenders = 5_000;

/**
 * Applies one update. The same updates in any order, and however often, lead to the same: the newest by its own time
 * holds, and a deletion is final.
 */
export function applyUpdate(message: Aftermath, update: Update): UpdateOutcome {
  if (update.kind === 'revoked') return revoke(message, update.at);
  if (message.revokedAt !== null) return 'nothing';
  if (update.kind === 'edited') return edit(message, update);
  const { sender } = update;
  const at = update.at.getTime();
  if (update.kind === 'reacted') {
    const { latest, before } = withLatest(message.reactions, { sender, at, emoji: update.emoji });
    if (latest === message.reactions) return 'nothing';
    message.reactions = latest;
    return (before?.emoji ?? '') === update.emoji ? 'kept' : 'news';
  }
  const { latest, before } = withLatest(message.votes, { sender, at, options: update.options });
  if (latest === message.votes) return 'nothing';
  message.votes = latest;
  return String(before?.options ?? []) === String(update.options) ? 'kept' : 'news';
}

/**
 * What a record of all reactions does not name was taken back, nobody knows when: any later reaction of that person
 * holds again.
 */
export function takeBackOthers(message: Aftermath, updates: readonly Update[]): UpdateOutcome {
  const named = new Set(updates.map((update) => (update.kind === 'reacted' ? update.sender : null)));
  const isGone = ({ sender, emoji }: Reaction) => emoji !== '' && !named.has(sender);
  if (!message.reactions.some(isGone)) return 'nothing';
  message.reactions = message.reactions.map((reaction) =>
    isGone(reaction) ? { ...reaction, emoji: '', at: reaction.at + 1 } : reaction,
  );
  return 'news';
}

/** The same with one sender under another name, under which something may be said already. */
export function withSenderRenamed<Said extends Reaction | Vote>(
  all: readonly Said[],
  from: string,
  to: string,
): Said[] {
  const renamed = all.filter(({ sender }) => sender === from).map((said) => ({ ...said, sender: to }));
  const others = all.filter(({ sender }) => sender !== from);
  return renamed.reduce((sum, said) => withLatest(sum, said).latest, others);
}

function revoke(message: Aftermath, at: Date): UpdateOutcome {
  const before = message.revokedAt;
  if (before !== null && before <= at) return 'nothing';
  Object.assign(message, noAftermath, { revokedAt: at });
  return before === null ? 'news' : 'kept';
}

function edit(message: Aftermath, { at, body }: { at: Date; body: string }): UpdateOutcome {
  const age = message.editedAt === null ? 1 : at.getTime() - message.editedAt.getTime();
  if (age < 0 || (age === 0 && body <= (message.editedBody ?? ''))) return 'nothing';
  Object.assign(message, { editedAt: at, editedBody: body });
  return 'news';
}

/** `all` itself where somebody's later word is there already. In the order of the senders. */
function withLatest<Said extends Reaction | Vote>(
  all: Said[],
  said: Said,
): { latest: Said[]; before: Said | undefined } {
  const before = all.find(({ sender }) => sender === said.sender);
  if (before ? !isLater(said, before) : all.length >= maxSenders) return { latest: all, before };
  const others = all.filter((other) => other !== before);
  return { latest: [...others, said].sort((a, b) => (a.sender < b.sender ? -1 : 1)), before };
}

/** Of two at one time, any one holds, as long as it is always the same. */
function isLater(said: Reaction | Vote, before: Reaction | Vote): boolean {
  return said.at === before.at ? wordOf(said) > wordOf(before) : said.at > before.at;
}

function wordOf(said: Reaction | Vote): string {
  return 'emoji' in said ? said.emoji : String(said.options);
}
