import { Wid, createWid } from './wid';

interface Parts {
  id: string;
  from?: Wid;
  to?: Wid;
  selfDir?: 'in' | 'out';
  fromMe?: boolean;
  remote?: Wid | string;
  participant?: Wid | undefined;
}

/** The id of a message in an account's view: whose it is, in which chat, the sender's own id. */
export class MsgKey {
  readonly fromMe: boolean;
  readonly remote: Wid;
  readonly id: string;
  readonly participant?: Wid;

  constructor(parts: Parts) {
    this.fromMe = parts.fromMe ?? parts.selfDir === 'out';
    const remote = parts.remote ?? (this.fromMe ? parts.to : parts.from);
    this.remote = createWid(remote);
    this.id = parts.id;
    if (parts.participant) this.participant = createWid(parts.participant);
    Object.defineProperty(this, MsgKey.serializedName, { value: this.toString(), enumerable: true });
  }

  /** What the text of a key is called on it. WhatsApp has renamed it before. */
  static serializedName = '_serialized';

  static async newId(): Promise<string> {
    const bytes = crypto.getRandomValues(new Uint8Array(9));
    return `3EB0${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`.toUpperCase();
  }

  /** @throws for what is not the text of a key */
  static fromString(text: string): MsgKey {
    const [fromMe, remote, id, participant, ...rest] = text.split('_');
    if ((fromMe !== 'true' && fromMe !== 'false') || !remote || !id || rest.length > 0) {
      throw new Error(`msg key error: invalid key ${text}`);
    }
    return new MsgKey({
      fromMe: fromMe === 'true',
      remote: createWid(remote),
      id,
      participant: participant ? createWid(participant) : undefined,
    });
  }

  equals(other: unknown): boolean {
    return other instanceof MsgKey && other.toString() === this.toString();
  }

  toString(): string {
    const participant = this.participant ? `_${this.participant.toString()}` : '';
    return `${this.fromMe}_${this.remote.toString()}_${this.id}${participant}`;
  }
}
