import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { link, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { BackupError } from './backup-error';
import type { Manifest } from './manifest';

/**
 * The file: gzip of frames, each a letter, a length (4 bytes) and so many bytes. `T` names a table, `D` are bytes of it as
 * COPY writes them, `M` is the manifest, `Z` the SHA-256 of everything before it, and the end.
 */
export type Frame =
  { kind: 'T'; table: string } | { kind: 'D'; bytes: Buffer } | { kind: 'M'; manifest: Manifest };

const magic = Buffer.from('WAFLEET DATABASE 1\n');
const headBytes = 5;
/** COPY gives one row at a time, and a row of Postgres has at most 1 GB; ours are far below this. */
const maxFrameBytes = 256 * 1024 * 1024;

/** Whole and on the disk before it has its name; nothing is left of one that was cut short. */
export async function writeBackupFile(
  path: string,
  frames: AsyncIterable<Frame>,
  signal?: AbortSignal,
): Promise<void> {
  const unfinished = `${path}.${process.pid}.part`;
  try {
    const into = createWriteStream(unfinished, { flags: 'wx', mode: 0o600, flush: true });
    await pipeline(Readable.from(encoded(frames)), createGzip(), into, ...(signal ? [{ signal }] : []));
    // Unlike a rename it takes nobody's place.
    await link(unfinished, path);
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined || code === undefined) throw error;
    if (code === 'EEXIST') throw new BackupError(`There is a file ${path} already.`, 'Name another one.');
    throw new BackupError(`The backup can't be written to ${path} (${code}).`, undefined, { cause: error });
  } finally {
    await rm(unfinished, { force: true });
  }
}

/** @throws BackupError at the end, or before, where it is not what was written: do nothing final before it has ended */
export async function* readBackupFile(path: string): AsyncGenerator<Frame> {
  const source = createReadStream(path);
  const content = source.pipe(createGunzip());
  source.on('error', (error) => content.destroy(error));
  try {
    yield* decoded(content);
  } catch (error) {
    if (error instanceof BackupError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (code.startsWith('Z_')) throw damaged();
    if (code.startsWith('E'))
      throw new BackupError(`The file can't be read (${code}).`, undefined, { cause: error });
    throw error;
  } finally {
    source.destroy();
    content.destroy();
  }
}

/** Reads all of it. @throws BackupError where it is damaged */
export async function readManifest(path: string): Promise<Manifest> {
  let manifest: Manifest | null = null;
  for await (const frame of readBackupFile(path)) if (frame.kind === 'M') manifest = frame.manifest;
  if (manifest === null) throw damaged();
  return manifest;
}

async function* encoded(frames: AsyncIterable<Frame>): AsyncGenerator<Buffer> {
  const hash = createHash('sha256').update(magic);
  yield magic;
  for await (const frame of frames) {
    const bytes = bytesOf(frame);
    const head = headOf(frame.kind, bytes.length);
    hash.update(head).update(bytes);
    yield head;
    yield bytes;
  }
  const sum = hash.digest();
  yield Buffer.concat([headOf('Z', sum.length), sum]);
}

function bytesOf(frame: Frame): Buffer {
  if (frame.kind === 'D') return frame.bytes;
  return Buffer.from(frame.kind === 'T' ? frame.table : JSON.stringify(frame.manifest));
}

function headOf(kind: string, length: number): Buffer {
  const head = Buffer.alloc(headBytes, kind);
  head.writeUInt32BE(length, 1);
  return head;
}

async function* decoded(content: AsyncIterable<Buffer>): AsyncGenerator<Frame> {
  const { take, isAtEnd } = taker(content);
  if (!(await take(magic.length)).equals(magic)) throw damaged();
  const hash = createHash('sha256').update(magic);
  for (;;) {
    const head = await take(headBytes);
    const kind = String.fromCharCode(head[0] as number);
    const length = head.readUInt32BE(1);
    if (length > maxFrameBytes) throw damaged();
    const bytes = await take(length);
    if (kind === 'Z') {
      if (!hash.digest().equals(bytes) || !(await isAtEnd())) throw damaged();
      return;
    }
    hash.update(head).update(bytes);
    yield frameOf(kind, bytes);
  }
}

function frameOf(kind: string, bytes: Buffer): Frame {
  if (kind === 'D') return { kind, bytes };
  if (kind === 'T') return { kind, table: bytes.toString() };
  if (kind !== 'M') throw damaged();
  const manifest = JSON.parse(bytes.toString()) as Manifest;
  if (manifest.version !== 1)
    throw new BackupError('The backup is of a newer Wafleet, in a form that this one does not know.');
  return { kind, manifest };
}

/** Exactly so many bytes, as often as it is asked. */
function taker(content: AsyncIterable<Buffer>): {
  take(count: number): Promise<Buffer>;
  isAtEnd(): Promise<boolean>;
} {
  const chunks = content[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  const take = async (count: number) => {
    const parts = [held];
    let has = held.length;
    while (has < count) {
      const next = await chunks.next();
      if (next.done === true) throw damaged();
      parts.push(next.value);
      has += next.value.length;
    }
    const all = parts.length === 1 ? held : Buffer.concat(parts);
    held = all.subarray(count);
    return all.subarray(0, count);
  };
  return { take, isAtEnd: async () => held.length === 0 && (await chunks.next()).done === true };
}

const damaged = () =>
  new BackupError(
    'The file is no whole backup of a database: it is damaged, cut short, or something else.',
    'Use another one; nothing was changed.',
  );
