import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { LinkEvent } from '@wafleet/contracts';
import { createLogger } from '@wafleet/runtime';
import type { ChatHistory } from '../whatsapp/whatsapp-chats';
import { Backfill } from './backfill';

const order = { outageId: 'out_1', since: 1_000_000, chats: [{ chatId: 'later@c.us', since: 2_000_000 }] };

/** A page with chats that hold messages of these times, in Unix seconds. */
function backfillOf(chats: Record<string, number[]>, reach: ChatHistory['reach'] = 'whole') {
  const told: (LinkEvent | { message: number })[] = [];
  const asked: [chatId: string, sinceMs: number][] = [];
  const broken = new Set<string>();
  let isLoading = true;
  let hasRoom = true;
  let isConnected = true;
  const page = {
    activeChats: async (since: number) =>
      Object.keys(chats).filter((chat) => chats[chat]?.some((t) => t * 1_000 >= since)),
    async chatHistory(chatId: string, part: { sinceMs: number; offset: number; limit: number }) {
      if (broken.has(chatId)) throw new Error('the page went away');
      if (part.offset === 0) asked.push([chatId, part.sinceMs]);
      isLoading = !isLoading;
      if (!isLoading && part.offset === 0) return { messages: [], reach: 'loading' as const, hasMore: true };
      const wanted = (chats[chatId] ?? []).filter((t) => t * 1_000 >= part.sinceMs);
      const messages = wanted.slice(part.offset, part.offset + part.limit).map((t) => ({ t }));
      return { messages, reach, hasMore: part.offset + part.limit < wanted.length };
    },
  };
  const backfill = new Backfill({
    client: () => (isConnected ? page : null),
    async onMessage(message) {
      if (hasRoom) told.push({ message: Number(message['t']) });
      return hasRoom;
    },
    canonicalChat: async (chatId) => chatId,
    emit: (event) => told.push(event) > 0,
    whenRoom: async () => undefined,
    settleMs: 10_000,
    lateMs: 300_000,
    log: createLogger({ name: 'test', level: 'silent' }),
  });
  return {
    backfill,
    told,
    asked,
    broken,
    setRoom: (value: boolean) => (hasRoom = value),
    disconnect: () => (isConnected = false),
    readings: () => told.flatMap((event) => ('reading' in event ? [event.reading] : [])),
    readChats: () => told.flatMap((event) => ('isWhole' in event ? [event] : [])),
  };
}

describe('a backfill', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => {
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });

  it('reads at once, when the page has caught up, and once more for what comes late', async () => {
    const { backfill, asked, readings } = backfillOf({ 'one@c.us': [1_500] });
    expect(backfill.begin(order)).toBe(true);
    await jest.advanceTimersByTimeAsync(9_000);
    backfill.onSyncing();
    await jest.advanceTimersByTimeAsync(9_000);
    expect(asked).toHaveLength(2);
    expect(readings()).toEqual([]);
    await jest.advanceTimersByTimeAsync(2_000);
    expect(readings()).toEqual(['settled']);
    await jest.advanceTimersByTimeAsync(300_000);
    expect(readings()).toEqual(['settled', 'late']);
    expect(asked).toHaveLength(6);
  });

  it('reads each chat from its own time, and leaves out where nothing happened', async () => {
    const { backfill, asked } = backfillOf({ 'one@c.us': [1_500], 'later@c.us': [2_500], 'old@c.us': [10] });
    backfill.begin(order);
    await jest.advanceTimersByTimeAsync(0);
    expect([...new Map(asked)]).toEqual([
      ['one@c.us', 1_000_000],
      ['later@c.us', 2_000_000],
    ]);
    backfill.stop();
  });

  it('says that a chat is read after all its messages, however many there are, and not at the first reading', async () => {
    const times = Array.from({ length: 1_234 }, () => 1_500);
    const { backfill, told, readChats } = backfillOf({ 'one@c.us': times });
    backfill.begin(order);
    await jest.advanceTimersByTimeAsync(0);
    expect(told.filter((event) => 'message' in event)).toHaveLength(1_234);
    expect(readChats()).toEqual([]);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(readChats()).toEqual([
      { kind: 'backfill.chat', outageId: 'out_1', chatId: 'one@c.us', oldestAt: 1_500_000, isWhole: true },
    ]);
    expect(told.slice(-2).map((event) => 'kind' in event && event.kind)).toEqual([
      'backfill.chat',
      'backfill.read',
    ]);
    backfill.stop();
  });

  it('says so where the page can not tell what was before', async () => {
    const { backfill, readChats } = backfillOf({ 'one@c.us': [1_500] }, 'cut');
    backfill.begin(order);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(readChats()).toMatchObject([{ isWhole: false }]);
    backfill.stop();
  });

  it('tries again where a chat could not be read or kept, and says so only in the end', async () => {
    const { backfill, broken, told, setRoom, readChats } = backfillOf({
      'one@c.us': [1_500],
      'two@c.us': [1_600],
    });
    broken.add('one@c.us');
    setRoom(false);
    backfill.begin(order);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(told).toEqual([]);
    broken.clear();
    setRoom(true);
    await jest.advanceTimersByTimeAsync(5_000);
    expect(told.at(-1)).toMatchObject({ reading: 'settled', chats: 2, failed: 0 });
    expect(readChats()).toHaveLength(2);
    broken.add('one@c.us');
    await jest.advanceTimersByTimeAsync(320_000);
    expect(told.at(-1)).toMatchObject({ reading: 'late', chats: 2, failed: 1 });
    expect(readChats()).toHaveLength(7);
  });

  it('is not begun without a connected page, and ends with it', async () => {
    const { backfill, disconnect, readings } = backfillOf({ 'one@c.us': [1_500] });
    backfill.begin(order);
    await jest.advanceTimersByTimeAsync(0);
    disconnect();
    await jest.advanceTimersByTimeAsync(400_000);
    expect(readings()).toEqual([]);
    expect(backfill.begin(order)).toBe(false);
  });

  it('gives way to a later order', async () => {
    const { backfill, told } = backfillOf({ 'one@c.us': [1_500] });
    backfill.begin(order);
    await jest.advanceTimersByTimeAsync(0);
    backfill.begin({ ...order, outageId: 'out_2' });
    await jest.advanceTimersByTimeAsync(400_000);
    const ended = told.flatMap((event) => ('reading' in event ? [event] : []));
    expect(ended.map(({ outageId }) => outageId)).toEqual(['out_2', 'out_2']);
  });
});
