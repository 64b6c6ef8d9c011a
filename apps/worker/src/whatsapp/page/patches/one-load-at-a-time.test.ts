import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { oneLoadAtATime } from './one-load-at-a-time';

const page = globalThis as { require?: unknown };
const before = page.require;
beforeEach(() => void jest.useFakeTimers());
afterEach(() => {
  page.require = before;
  jest.useRealTimers();
});

type Load = (asked: { chat: object }) => Promise<string[]>;

/** A page whose loads end when they are told to. */
function patchedPage() {
  const underWay: { chat: object; end: (messages: string[]) => void; fail: (error: Error) => void }[] = [];
  const original: Load = ({ chat }) =>
    new Promise((end, fail) => {
      underWay.push({ chat, end, fail });
    });
  const module = { loadEarlierMsgs: original };
  page.require = () => module;
  expect(oneLoadAtATime.apply()).toBe('applied');
  expect(oneLoadAtATime.apply()).toBe('not_needed');
  const settled = () => jest.advanceTimersByTimeAsync(0);
  return { underWay, load: (chat: object) => module.loadEarlierMsgs({ chat }), settled };
}

describe('earlier messages', () => {
  it('of one chat are loaded for one reader after the other, those of other chats meanwhile', async () => {
    const { underWay, load, settled } = patchedPage();
    const [chat, other] = [{}, {}];
    const first = load(chat);
    const second = load(chat);
    void load(other);
    await settled();
    expect(underWay.map((one) => one.chat)).toEqual([chat, other]);
    underWay[0]?.end(['before the first']);
    expect(await first).toEqual(['before the first']);
    await settled();
    underWay[2]?.end(['before that']);
    expect(await second).toEqual(['before that']);
  });

  it('are loaded for the next one where loading failed, or does not end', async () => {
    const { underWay, load, settled } = patchedPage();
    const chat = {};
    const failing = load(chat);
    void load(chat);
    void load(chat);
    await settled();
    underWay[0]?.fail(new Error('offline'));
    await expect(failing).rejects.toThrow('offline');
    await settled();
    expect(underWay).toHaveLength(2);
    await jest.advanceTimersByTimeAsync(30_000);
    expect(underWay).toHaveLength(3);
  });
});
