import { PassThrough, type Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError, type TenantId } from '@wafleet/contracts';
import { z } from 'zod';
import { openingStream, sealingStream } from '../secrets/sealed-stream';

const instant = z.iso.datetime().nullable();

/** What goes with a login, so that the other installation knows whose it is and what it has heard. */
const movedTenantSchema = z.object({
  version: z.literal(1),
  name: z.string(),
  phoneNumber: z.string().nullable(),
  proxyUrl: z.string().nullable(),
  copiedAt: z.iso.datetime(),
  lastHeardAt: instant,
  account: z.object({
    id: z.string(),
    phoneNumber: z.string(),
    lid: z.string().nullable(),
    name: z.string().nullable(),
    linkedAt: z.iso.datetime(),
    isAccepted: z.boolean(),
    completeUntil: instant,
    heardFrom: instant,
  }),
});

export type MovedTenant = z.output<typeof movedTenantSchema>;

const maxHeadBytes = 64 * 1024;
const purpose = (tenantId: TenantId) => `move ${tenantId}`;

/**
 * A tenant on its way: one line of JSON about it, then the snapshot as it is stored (a compressed archive of the profile),
 * all sealed with the key of this move.
 * @param snapshot opened with the tenant's own key
 * @returns it fails where the snapshot does
 */
export function writeMoveArchive(
  { tenantId, key }: { tenantId: TenantId; key: Buffer },
  about: MovedTenant,
  snapshot: readonly [Readable, Transform],
): Readable {
  const out = new PassThrough();
  const sealing = sealingStream(key, purpose(tenantId));
  const [sealed, opening] = snapshot;
  const withHead = async function* (opened: AsyncIterable<Buffer>) {
    yield Buffer.from(`${JSON.stringify(about)}\n`);
    yield* opened;
  };
  pipeline(sealed, opening, withHead, sealing, out).catch((error: Error) => out.destroy(error));
  return out;
}

/**
 * The way back; what comes out is proven only once all of it has come.
 * @param use reads the snapshot until its end
 * @throws SealBrokenError, and what `bytes` or `use` fail with
 */
export async function readMoveArchive(
  { tenantId, key, maxBytes }: { tenantId: TenantId; key: Buffer; maxBytes: number },
  bytes: AsyncIterable<Uint8Array>,
  sinks: readonly [Transform, PassThrough],
): Promise<MovedTenant> {
  let head: Buffer | null = Buffer.alloc(0);
  let text = '';
  const bounded = async function* () {
    let total = 0;
    for await (const chunk of bytes) {
      if ((total += chunk.length) > maxBytes)
        throw new AppError('BODY_TOO_LARGE', { extra: { limitBytes: maxBytes } });
      yield chunk;
    }
  };
  const withoutHead = async function* (opened: AsyncIterable<Buffer>) {
    for await (const chunk of opened) {
      if (head === null) {
        yield chunk;
        continue;
      }
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\n');
      if (end === -1 && head.length > maxHeadBytes) throw new AppError('ARCHIVE_NOT_OPENED');
      if (end === -1) continue;
      text = head.subarray(0, end).toString();
      const rest = head.subarray(end + 1);
      head = null;
      yield rest;
    }
  };
  await pipeline(bounded, openingStream(key, purpose(tenantId)), withoutHead, ...sinks);
  const about = movedTenantSchema.safeParse(json(text));
  if (!about.success)
    throw new AppError('ARCHIVE_NOT_OPENED', { detail: 'Another release of Wafleet wrote it.' });
  return about.data;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
