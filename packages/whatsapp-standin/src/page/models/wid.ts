const servers = ['c.us', 'lid', 'g.us', 'broadcast', 'newsletter', 'call'] as const;

/** The id of whoever can be written to: user@server. */
export class Wid {
  readonly _serialized: string;

  constructor(
    readonly user: string,
    readonly server: string,
  ) {
    this._serialized = `${user}@${server}`;
  }

  isUser(): boolean {
    return this.server === 'c.us' || this.server === 'lid';
  }

  isLid(): boolean {
    return this.server === 'lid';
  }

  isGroup(): boolean {
    return this.server === 'g.us';
  }

  isNewsletter(): boolean {
    return this.server === 'newsletter';
  }

  isStatus(): boolean {
    return this._serialized === 'status@broadcast';
  }

  isBroadcast(): boolean {
    return this.server === 'broadcast' && !this.isStatus();
  }

  equals(other: unknown): boolean {
    return other instanceof Wid && other._serialized === this._serialized;
  }

  toJid(): string {
    return this.server === 'c.us' ? `${this.user}@s.whatsapp.net` : this._serialized;
  }

  toString(): string {
    return this._serialized;
  }

  toJSON(): { server: string; user: string; _serialized: string } {
    return { server: this.server, user: this.user, _serialized: this._serialized };
  }
}

/** @param like the text `user@server`, a Wid, or the plain object of one. @throws for anything else */
export function createWid(like: unknown): Wid {
  if (like instanceof Wid) return like;
  const text = typeof like === 'object' && like !== null ? (like as Wid)._serialized : like;
  if (typeof text !== 'string') throw new Error('wid error: invalid wid');
  const [user = '', server = '', ...rest] = text.replace('@s.whatsapp.net', '@c.us').split('@');
  const isKnown = (servers as readonly string[]).includes(server);
  if (rest.length > 0 || !isKnown || !/^[\w.:-]+$/.test(user)) {
    throw new Error(`wid error: invalid wid ${text}`);
  }
  return new Wid(user, server);
}

export const userWid = (number: string) => new Wid(number, 'c.us');

/** What the account is called in a chat: by its hidden id where the chat goes by one. */
export function ownWid(account: { number: string; lid: string }, chat: Wid): Wid {
  return chat.isLid() ? new Wid(account.lid, 'lid') : userWid(account.number);
}
