import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { deriveKey, usualCost } from '../../database/sealed-key';
import { Failure } from '../../failure';

/** The first line of a file that a tenant is moved in; the archive follows, sealed with what the passphrase makes. */
const headSchema = z.object({
  wafleet: z.literal('move'),
  version: z.literal(1),
  tenantId: z.string(),
  name: z.string(),
  // Who made the file may not have us spend more than this.
  cost: z.number().int().min(2).max(1_048_576),
  salt: z.base64(),
});

export type MoveFileHead = z.output<typeof headSchema>;

const maxHeadBytes = 16 * 1024;

export function newHead(tenant: { id: string; name: string }): MoveFileHead {
  const salt = randomBytes(16).toString('base64');
  return { wafleet: 'move', version: 1, tenantId: tenant.id, name: tenant.name, cost: usualCost, salt };
}

/** As the API takes it. */
export function keyOf({ salt, cost }: MoveFileHead, passphrase: string): string {
  return deriveKey(passphrase, Buffer.from(salt, 'base64'), cost).toString('base64url');
}

/** The file is there once it is whole, readable by its owner alone. @throws Failure where one of this name is there */
export async function writeMoveFile(
  file: string,
  head: MoveFileHead,
  archive: ReadableStream<Uint8Array>,
): Promise<void> {
  const unfinished = `${file}.new`;
  const out = await open(unfinished, 'wx', 0o600).catch((error: unknown) => {
    throw cannot('written', unfinished, error);
  });
  try {
    await out.write(`${JSON.stringify(head)}\n`);
    for await (const chunk of archive) await out.write(chunk);
    await out.sync();
    await out.close();
    await rename(unfinished, file);
  } catch (error) {
    await out.close().catch(() => undefined);
    await rm(unfinished, { force: true });
    throw error;
  }
}

/** @throws Failure where it is no such file */
export async function readMoveFile(
  file: string,
): Promise<{ head: MoveFileHead; archive(): ReadableStream<Uint8Array> }> {
  const text = await firstLine(file);
  const parsed = headSchema.safeParse(json(text));
  if (!parsed.success)
    throw new Failure('usage', {
      title: 'This is no file that a tenant was moved into.',
      detail: file,
      action: 'wafleet move <tenant> --out <file> writes one.',
    });
  const start = Buffer.byteLength(text) + 1;
  return {
    head: parsed.data,
    archive: () => Readable.toWeb(createReadStream(file, { start })) as ReadableStream<Uint8Array>,
  };
}

async function firstLine(file: string): Promise<string> {
  try {
    const handle = await open(file, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(maxHeadBytes), 0, maxHeadBytes, 0);
      const end = buffer.subarray(0, bytesRead).indexOf('\n');
      return buffer.subarray(0, Math.max(end, 0)).toString();
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw cannot('read', file, error);
  }
}

function cannot(verb: string, path: string, error: unknown): Failure {
  const { code } = error as NodeJS.ErrnoException;
  return new Failure('failed', { title: `${path} can't be ${verb} (${code}).` });
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
