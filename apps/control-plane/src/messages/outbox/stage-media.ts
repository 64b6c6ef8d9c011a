import type { Readable } from 'node:stream';
import { mediaPartBytes, type TenantId } from '@wafleet/contracts';
import type { WorkerLinks } from '../../worker-link/worker-links';
import type { MediaStore } from '../../media/media-store';
import type { Learnt } from './next-send-step';
import { unlessSilent } from './unless-silent';

const partTimeoutMs = 15_000;

/**
 * Hands the bytes to the tenant's worker in parts, each when the one before has been taken, so that neither side holds
 * more than one. Null when all of them are there; else what was learnt: nothing was sent.
 */
export async function stageMedia(
  deps: { links: WorkerLinks; mediaStore: Pick<MediaStore, 'read'> },
  tenantId: TenantId,
  { stageId, sha256 }: { stageId: string; sha256: string },
): Promise<Learnt | null> {
  const bytes = await deps.mediaStore.read(tenantId, sha256);
  if (!bytes) return { kind: 'refused', code: 'media_missing' };
  let offset = 0;
  for await (const part of inParts(bytes)) {
    const command = { kind: 'media.stage' as const, stageId, offset, data: part.toString('base64') };
    const id = `${stageId}:${offset}`;
    const answer = await unlessSilent(
      deps.links.command<'media.stage'>(tenantId, id, command, partTimeoutMs),
    );
    // The send itself was not asked for yet, so that asking for it anew is right.
    if (!answer) return { kind: 'silence' };
    if (!answer.result.ok) return { kind: 'refused', code: answer.result.code };
    offset += part.length;
  }
  return null;
}

async function* inParts(bytes: Readable): AsyncGenerator<Buffer> {
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of bytes as AsyncIterable<Buffer>) {
    held = Buffer.concat([held, chunk]);
    while (held.length >= mediaPartBytes) {
      yield held.subarray(0, mediaPartBytes);
      held = held.subarray(mediaPartBytes);
    }
  }
  if (held.length > 0) yield held;
}
