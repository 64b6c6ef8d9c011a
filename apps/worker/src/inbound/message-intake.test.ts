import { describe, expect, it } from '@jest/globals';
import type { LinkEvent } from '@wafleet/contracts';
import { createLogger } from '@wafleet/runtime';
import { MessageIntake } from './message-intake';

const account = { phoneNumber: '15550100001', lid: null, name: null };
const friend = '15550100002@c.us';

function intakeWith(options: { hasRoom?: () => boolean; phoneChatOf?: string } = {}) {
  const emitted: LinkEvent[] = [];
  const intake = new MessageIntake({
    client: () => ({ account, chats: { phoneChatOf: async () => options.phoneChatOf ?? null } }),
    emit: (event) => (options.hasRoom?.() ?? true) && emitted.push(event) > 0,
    log: createLogger({ name: 'test', level: 'silent' }),
  });
  return { emitted, intake };
}

const message = (fromMe: boolean, ack: number) => ({
  id: { fromMe, remote: friend, id: '3EB0AA' },
  type: 'chat',
  body: 'hi',
  t: 1_700_000_000,
  ack,
});

describe('the intake', () => {
  it('passes a message on once, however often the page tells of it', async () => {
    const { emitted, intake } = intakeWith();
    void intake.onMessage(message(false, 0));
    void intake.onMessage(message(false, 1));
    await intake.queues.idle();
    expect(emitted).toHaveLength(1);
  });

  it('passes on what a backfill tells of the ack of our own message', async () => {
    const { emitted, intake } = intakeWith();
    for (const ack of [0, 3, 3]) void intake.onMessage(message(true, ack));
    await intake.queues.idle();
    expect(emitted.map((event) => event.kind === 'message.created' && event.message.ack)).toEqual([0, 3]);
  });

  it('tells once, and first, which number is behind a privacy id', async () => {
    const { emitted, intake } = intakeWith({ phoneChatOf: friend });
    const hidden = { ...message(false, 0), id: { fromMe: false, remote: '99@lid', id: '3EB0AB' } };
    void intake.onMessage(hidden);
    void intake.onMessage({ ...hidden, id: { ...hidden.id, id: '3EB0AC' } });
    await intake.queues.idle();
    expect(emitted).toMatchObject([
      { kind: 'identity.learned', lid: '99@lid', chatId: friend },
      { kind: 'message.created', message: { key: { chatId: friend } } },
      { kind: 'message.created', message: { key: { chatId: friend } } },
    ]);
  });

  it('passes on what becomes of a message, under the names that its message has', async () => {
    const { emitted, intake } = intakeWith({ phoneChatOf: friend });
    const reaction = { senderUserJid: '99@lid', reactionText: '👍', reactionTimestamp: 1_760_000_000_123 };
    intake.onUpdate({
      id: { fromMe: false, remote: '99@lid', id: '3EB0AA' },
      wafleetReactions: [reaction],
    });
    await intake.queues.idle();
    expect(emitted.at(-1)).toEqual({
      kind: 'message.updated',
      key: { id: '3EB0AA', fromMe: false, chatId: friend, sender: friend },
      update: { kind: 'reacted', at: 1_760_000_000_123, sender: friend, emoji: '👍' },
    });
  });

  it('passes a message on again when more became of it, or what it was told of it is over', async () => {
    const { emitted, intake } = intakeWith();
    const reaction = { senderUserJid: friend, reactionText: '👍', reactionTimestamp: 1_760_000_000_123 };
    const liked = { ...message(false, 1), wafleetReactions: [reaction], wafleetHasAllReactions: true };
    const plain = { ...liked, wafleetReactions: [] };
    for (const read of [plain, plain, liked, liked, plain]) void intake.onMessage(read);
    await intake.queues.idle();
    expect(emitted.map((event) => event.kind === 'message.created' && event.message.updates?.length)).toEqual(
      [undefined, 1, undefined],
    );
    intake.onUpdate({ id: message(false, 1).id, wafleetReactions: [reaction] });
    void intake.onMessage(plain);
    await intake.queues.idle();
    expect(emitted.slice(3).map(({ kind }) => kind)).toEqual(['message.updated', 'message.created']);
  });

  it('passes on later what there was no room for', async () => {
    let hasRoom = false;
    const { emitted, intake } = intakeWith({ hasRoom: () => hasRoom });
    void intake.onMessage(message(false, 0));
    await intake.queues.idle();
    hasRoom = true;
    void intake.onMessage(message(false, 0));
    await intake.queues.idle();
    expect(emitted).toHaveLength(1);
  });
});
