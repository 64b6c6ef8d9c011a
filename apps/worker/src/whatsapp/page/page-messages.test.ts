import { afterEach, describe, expect, it } from '@jest/globals';
import { findChatId, findMessage } from './page-messages';

const page = globalThis as { require?: unknown; WWebJS?: unknown };
afterEach(() => {
  delete page.require;
  delete page.WWebJS;
});

const chatId = '15550100002@c.us';
const ours = { id: '3EB0AA', fromMe: true, sender: '' };
const mine = { id: { id: '3EB0AA', fromMe: true, _serialized: 'true_c.us_3EB0AA' }, ack: 2 };

/** A page as far as looking for a message needs it. */
function showPage(parts: { stored?: string[]; loaded?: object[]; isReady?: boolean; hasStore?: boolean }) {
  const { stored = [], loaded = [], isReady = true, hasStore = true } = parts;
  const asked: string[] = [];
  const wid = (text: string) => ({ user: text.split('@')[0], server: text.split('@')[1] });
  class MsgKey {
    readonly _serialized: string;
    constructor({
      to,
      id,
      participant,
    }: {
      to: { server: string };
      id: string;
      participant?: { server: string };
    }) {
      this._serialized = `true_${to.server}_${id}${participant ? `_${participant.server}` : ''}`;
    }
  }
  const getMessagesById = async (ids: string[]) => {
    asked.push(...ids);
    return { messages: ids.some((id) => stored.includes(id)) ? [mine] : [] };
  };
  const modules: Record<string, unknown> = {
    WAWebCollections: {
      Chat: { get: () => ({ id: wid(chatId), msgs: { getModelsArray: () => loaded } }) },
      Msg: hasStore ? { getMessagesById } : {},
    },
    WAWebWidFactory: { createWid: wid },
    WAWebMsgKey: MsgKey,
    WAWebUserPrefsMeUser: { getMaybeMePnUser: () => wid('1@c.us'), getMaybeMeLidUser: () => wid('2@lid') },
    WAWebSendMsgChatAction: {
      addAndSendMsgToChat: Object.assign(() => undefined, isReady && { wafleetWrapped: true }),
    },
  };
  page.require = (name: string) => modules[name];
  if (isReady) page.WWebJS = {};
  return asked;
}

describe('looking for a message of ours', () => {
  it('finds it among the loaded ones, and in the store', async () => {
    showPage({ loaded: [mine] });
    await expect(findMessage(chatId, ours)).resolves.toEqual({ name: 'true_c.us_3EB0AA', ack: 2 });
    showPage({ stored: ['true_c.us_3EB0AA'] });
    await expect(findMessage(chatId, ours)).resolves.toEqual({ name: 'true_c.us_3EB0AA', ack: 2 });
  });

  it('in a group finds it under either of our own ids', async () => {
    showPage({ stored: ['true_g.us_3EB0AA_lid'] });
    await expect(findMessage('1203@g.us', ours)).resolves.toEqual({ name: 'true_c.us_3EB0AA', ack: 2 });
  });

  it('calls it absent only where the store was asked', async () => {
    const asked = showPage({});
    await expect(findMessage(chatId, ours)).resolves.toBeNull();
    expect(asked).toEqual(['true_c.us_3EB0AA']);
    showPage({ hasStore: false });
    await expect(findMessage(chatId, ours)).rejects.toThrow('store');
  });

  it('says nothing while a page that was loaded anew is not ready', async () => {
    showPage({ isReady: false });
    await expect(findMessage(chatId, ours)).rejects.toThrow('not ready');
  });
});

it('a page that would choose an id of its own has no chat to send to yet', async () => {
  showPage({});
  await expect(findChatId(chatId)).resolves.toBe(chatId);
  showPage({ isReady: false });
  page.WWebJS = {};
  await expect(findChatId(chatId)).rejects.toThrow('not ready');
});
