import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@wafleet/testing';
import type { SendBehaviour } from '../fakes/scripted-worker';
import { startMessaging, type Messaging } from './messages-harness';

const chats = ['15550100001@c.us', '15550100002@c.us', '15550100003@c.us'];
const behaviours: SendBehaviour[] = [
  'answers',
  'answers',
  'acks_before_answering',
  'dies_before_sending',
  'dies_after_sending',
  'sends_and_reports_an_error',
  'reports_not_connected',
];

describe('sending while everything dies', () => {
  let messaging: Messaging;
  beforeEach(async () => {
    messaging = await startMessaging();
  });
  afterEach(() => messaging.stop());

  it.each([1, 2, 3])(
    'each message reaches WhatsApp once, in the order of its chat (seed %i)',
    async (seed) => {
      const random = randomFrom(seed);
      const { worker } = messaging;
      worker.behave(() => behaviours[Math.floor(random() * behaviours.length)] ?? 'answers');
      const sent: string[] = [];
      for (let index = 0; index < 24; index += 1) {
        const chatId = chats[index % chats.length] as string;
        await messaging.send(`${chatId} ${index}`, chatId);
        sent.push(`${chatId} ${index}`);
      }
      await eventually(
        async () => {
          if (worker.current(messaging.tenantId) === null) worker.restart();
          if (random() < 0.02) await messaging.restartControlPlane();
          messaging.wake();
          const rows = await messaging.rows();
          return rows.every(({ status }) => status === 'SENT');
        },
        {
          timeoutMs: 50_000,
          everyMs: 50,
          what: async () => JSON.stringify(countByStatus(await messaging.rows())),
        },
      );
      const reached = worker.reached.map(({ body }) => body);
      for (const chatId of chats) {
        const ofChat = (bodies: string[]) => bodies.filter((body) => body.startsWith(chatId));
        expect(ofChat(reached)).toEqual(ofChat(sent));
      }
      expect(await messaging.rows()).toHaveLength(24);
    },
  );
});

/** Mulberry32: the same numbers for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function countByStatus(rows: { status: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status } of rows) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
