import { describe, expect, it } from '@jest/globals';
import { PageError } from '../whatsapp/page/page-error';
import type { WhatsappChats } from '../whatsapp/whatsapp-chats';
import { Outbound } from './outbound';

const command = {
  kind: 'message.send' as const,
  waMessageId: '3EB0AA',
  chatId: '15550100002@c.us',
  content: { type: 'text' as const, body: 'hi' },
  notAfter: 1_000,
};

type Page = Pick<WhatsappChats, 'findChat' | 'send' | 'findOwnMessage'>;

function outbound(
  page: Partial<Page> | null,
  options: { isLinkStale?: boolean; now?: number } = {},
): Outbound {
  const working: Page = {
    findChat: async (chatId) => chatId,
    send: async () => undefined,
    findOwnMessage: async () => ({ ack: 1 }),
  };
  return new Outbound({
    chats: () => page && ({ ...working, ...page } as WhatsappChats),
    isLinkStale: () => options.isLinkStale ?? false,
    now: () => options.now ?? 0,
  });
}

describe('send', () => {
  it('tells that the page has it', async () => {
    await expect(outbound({}).send(command)).resolves.toEqual({ ok: true, value: { ack: 0 } });
  });

  it.each([
    ['not_connected', outbound(null)],
    ['link_stale', outbound({}, { isLinkStale: true })],
    ['too_late', outbound({}, { now: 1_001 })],
    ['invalid_recipient', outbound({ findChat: async () => null })],
    ['rejected', outbound({ findChat: () => Promise.reject(new PageError('gone', true)) })],
  ])('%s: certain that nothing was sent', async (code, sender) => {
    await expect(sender.send(command)).resolves.toMatchObject({ ok: false, code, nothingSent: true });
  });

  it('a failure under the send itself leaves the outcome open', async () => {
    const sender = outbound({ send: () => Promise.reject(new PageError('gone', false)) });
    await expect(sender.send(command)).resolves.toMatchObject({
      ok: false,
      code: 'rejected',
      nothingSent: false,
    });
  });

  it('a chat has one send under way at a time', async () => {
    let underWay = 0;
    let most = 0;
    const sender = outbound({
      send: async () => {
        most = Math.max(most, (underWay += 1));
        await new Promise(setImmediate);
        underWay -= 1;
      },
    });
    await Promise.all([sender.send(command), sender.send(command), sender.send(command)]);
    expect(most).toBe(1);
  });
});

describe('find', () => {
  const { waMessageId, chatId } = command;
  const find = { kind: 'message.find' as const, waMessageId, chatId };

  it('looks in the chat that the page has for this recipient, whatever its id there', async () => {
    const asked: string[] = [];
    const finder = outbound({
      findChat: async () => '99900000001@lid',
      findOwnMessage: async (chat) => {
        asked.push(chat);
        return { ack: 2 };
      },
    });
    await expect(finder.find(find)).resolves.toEqual({ ok: true, value: { found: true, ack: 2 } });
    expect(asked).toEqual(['99900000001@lid']);
  });

  it('waits for the send of its chat that is under way', async () => {
    let isSent = false;
    const finder = outbound({
      send: async () => {
        await new Promise(setImmediate);
        isSent = true;
      },
      findOwnMessage: async () => (isSent ? { ack: 0 } : null),
    });
    const sent = finder.send(command);
    await expect(finder.find(find)).resolves.toMatchObject({ value: { found: true } });
    await sent;
  });

  it('a page that can not be asked does not make the message absent', async () => {
    const finder = outbound({ findChat: () => Promise.reject(new PageError('no such module', true)) });
    await expect(finder.find(find)).resolves.toMatchObject({ ok: false, code: 'rejected' });
  });

  it('a page that was loaded anew is as good as not connected', async () => {
    const error = new PageError('find chat: the page is not ready', true);
    const finder = outbound({ findChat: () => Promise.reject(error) });
    await expect(finder.find(find)).resolves.toMatchObject({ ok: false, code: 'not_connected' });
  });
});
