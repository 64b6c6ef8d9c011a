import { afterEach, describe, expect, it } from '@jest/globals';
import { chosenMessageId } from './chosen-message-id';

const page = globalThis as { require?: unknown };
const before = page.require;
afterEach(() => {
  page.require = before;
});

/** A page that notes what it is given to send; `send` is its outcome. */
function patchedPage(send: () => unknown) {
  const given: { id: { id: string } }[] = [];
  const action = {
    addAndSendMsgToChat: (_chat: unknown, message: { id: { id: string } }) => {
      given.push(message);
      return [send(), Promise.resolve()];
    },
  };
  class MsgKey {
    readonly id: string;
    constructor(parts: { id: string }) {
      this.id = parts.id;
    }
  }
  page.require = (name: string) => (name === 'WAWebMsgKey' ? MsgKey : action);
  expect(chosenMessageId.apply()).toBe('applied');
  const call = (wafleetMessageId?: string) =>
    (action.addAndSendMsgToChat as (chat: unknown, message: unknown) => Promise<unknown>[])(
      { id: 'chat' },
      { id: { id: 'random' }, wafleetMessageId },
    );
  return { given, call };
}

describe('the chosen message id', () => {
  it('takes the place of the random one, and other sends keep theirs', () => {
    const { given, call } = patchedPage(() => Promise.resolve());
    void call('3EB0AA');
    void call();
    expect(given.map(({ id }) => id.id)).toEqual(['3EB0AA', 'random']);
    expect(given[0]).not.toHaveProperty('wafleetMessageId');
  });

  it('is sent once by a page: a call that was given up and arrives after its repeat joins it', () => {
    const { given, call } = patchedPage(() => Promise.resolve());
    expect(call('3EB0AA')).toBe(call('3EB0AA'));
    expect(given).toHaveLength(1);
  });

  it('can be sent again when the page could not take it', async () => {
    const { given, call } = patchedPage(() => Promise.reject(new Error('no')));
    await expect(call('3EB0AA')[0]).rejects.toThrow('no');
    await expect(call('3EB0AA')[0]).rejects.toThrow('no');
    expect(given).toHaveLength(2);
  });
});
