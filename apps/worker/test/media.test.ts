import { createHash, randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { mediaPartBytes, type CommandResult, type NormalisedMessage } from '@wafleet/contracts';
import { eventually } from '@wafleet/testing';
import { friend, own, WorkerBench } from './worker-bench';
import { buildWorker } from './worker-process';

let built: Awaited<ReturnType<typeof buildWorker>>;
let bench: WorkerBench;

beforeAll(async () => {
  built = await buildWorker();
  bench = await WorkerBench.create(built.bundle);
  await bench.linkByScan();
}, 120_000);
afterEach(() => bench.phones.mend());
afterAll(async () => {
  await bench?.remove();
  await built?.remove();
});

/** More than two parts. */
const bytes = randomBytes(2 * mediaPartBytes + 1_000);
const sha256 = createHash('sha256').update(bytes).digest('hex');
let fetches = 0;

/** A picture from the friend, as the worker told of it. */
async function received(size?: number): Promise<NormalisedMessage> {
  const media = { data: bytes.toString('base64'), mimetype: 'image/jpeg', size };
  const id = await bench.phones.sendContent(friend, own, { kind: 'image', media });
  return eventually(
    () =>
      bench.link.events.flatMap((event) =>
        event.kind === 'message.created' && event.message.key.id === id ? [event.message] : [],
      )[0],
    { timeoutMs: 60_000, what: 'the picture' },
  );
}

function fetchOf({ key }: NormalisedMessage, options: { maxBytes?: number; timeoutMs?: number } = {}) {
  const fetchId = `fetch${(fetches += 1)}`;
  const { maxBytes = 10_000_000, timeoutMs = 20_000 } = options;
  const answer = bench.link.command({ kind: 'media.fetch', fetchId, key, maxBytes, timeoutMs });
  return { fetchId, answer };
}
const partOf = async (fetchId: string, offset: number): Promise<CommandResult> =>
  bench.link.command({ kind: 'media.read', fetchId, offset });

describe('media of a message that came', () => {
  it('are given part by part, byte by byte, and no longer than they are wanted', async () => {
    const { fetchId, answer } = fetchOf(await received());
    expect(await answer).toEqual({ ok: true, value: { sizeBytes: bytes.length, sha256 } });
    const parts: Buffer[] = [];
    for (let offset = 0; offset < bytes.length; offset += mediaPartBytes) {
      const part = await partOf(fetchId, offset);
      expect(await partOf(fetchId, offset)).toEqual(part);
      parts.push(Buffer.from(part.ok ? String(part.value['data']) : '', 'base64'));
    }
    expect(Buffer.concat(parts).equals(bytes)).toBe(true);
    expect(await partOf(fetchId, bytes.length)).toEqual({ ok: true, value: { data: '' } });
    await bench.link.command({ kind: 'media.drop', fetchId });
    expect(await partOf(fetchId, 0)).toMatchObject({ ok: false, code: 'media_missing' });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['gone from WhatsApp', { mediaDownload: 'missing' }, 'media_gone'],
    ['refused by WhatsApp', { mediaDownload: 'error' }, 'rejected'],
    ['not those of the message', { mediaDownload: 'truncated' }, 'rejected'],
    ['that never come', { mediaDownload: 'hang' }, 'rejected'],
  ])('%s are told as such', async (_what, faults, code) => {
    const message = await received();
    await bench.phones.fail(faults);
    expect(await fetchOf(message, { timeoutMs: 1_000 }).answer).toMatchObject({ ok: false, code });
  });

  it('that are too large are refused: as the message says, and where it says less than is true', async () => {
    const limit = { maxBytes: 1_000 };
    expect(await fetchOf(await received(), limit).answer).toMatchObject({
      ok: false,
      code: 'media_too_large',
    });
    expect(await fetchOf(await received(10), limit).answer).toMatchObject({
      ok: false,
      code: 'media_too_large',
    });
  });

  it('of a message that is not there are refused', async () => {
    const message = await received();
    const unknown = { ...message, key: { ...message.key, id: '3AFF' } };
    expect(await fetchOf(unknown).answer).toMatchObject({ ok: false, code: 'target_missing' });
  });
});
