import type { Change } from '../../content';
import type { WireAccount, WireChange } from '../../protocol';
import type { Mailbox } from '../mailbox';
import type { MsgModel } from '../models/messages';
import { MsgKey } from '../models/msg-key';
import { ownWid } from '../models/wid';
import type { SendQueue } from './send-queue';

interface Parts {
  mailbox: Mailbox;
  queue: SendQueue;
  /** @throws in a page that is not linked */
  account: () => WireAccount;
}

/** What the account makes of messages in this page: shown at once, and sent in order with what it writes. */
export class OwnChanges {
  constructor(private readonly parts: Parts) {}

  /**
   * Resolves when the server has taken it, which without a connection is after the next one. Rejects where the server
   * refuses; the message is then as it was before.
   */
  async make(message: MsgModel, change: Change): Promise<void> {
    const account = this.parts.account();
    const wire = ownChange(account, message, change, await MsgKey.newId());
    const takeBack = this.parts.mailbox.changes.apply(account, wire);
    const { id, chat, target } = wire;
    await new Promise<void>((resolve, reject) => {
      this.parts.queue.add({
        call: (counter, isRepeat) => ({
          method: 'change',
          ...{ counter, isRepeat, id, chat, targetId: target.id, change },
        }),
        taken: resolve,
        refused: (reason) => {
          takeBack();
          reject(reason);
        },
      });
    });
  }
}

function ownChange(account: WireAccount, message: MsgModel, change: Change, id: string): WireChange {
  const { fromMe, remote } = message.id;
  const me = ownWid(account, remote).toString();
  const author = fromMe ? me : (message.get('author') ?? message.get('from')).toString();
  return {
    id,
    chat: remote.toString(),
    sender: { id: me, name: account.name },
    fromMe: true,
    target: { id: message.id.id, fromMe, sender: author },
    at: Date.now(),
    change,
  };
}
