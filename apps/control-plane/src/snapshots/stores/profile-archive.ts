import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { extract, pack, type Pack } from 'tar-stream';
import { z } from 'zod';

/** Names every file of a snapshot; it is the archive's last entry, so that the archive can be written in one go. */
const manifestSchema = z.object({
  version: z.literal(1),
  files: z.array(z.object({ path: z.string(), bytes: z.number().int(), sha256: z.string() })),
});

export type Manifest = z.output<typeof manifestSchema>;

const manifestName = 'wafleet-manifest.json';
/** Profiles have some hundred files. */
const maxFiles = 50_000;
const maxManifestBytes = 16 * 1024 * 1024;

/** What keeps a profile from becoming a snapshot, or a snapshot from becoming a profile; one sentence for an operator. */
export class ArchiveError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ArchiveError';
  }
}

/**
 * A tar of a profile as an archive: plain files only, their names relative, and the manifest after them.
 * @returns what is read from it ends once `manifest` has settled
 */
export function packArchive(
  tar: Readable,
  limits: { maxBytes: number },
): { archive: Readable; manifest: Promise<Manifest> } {
  const out = pack();
  const manifest = copyFiles(tar, out, async (entries) => {
    const files: Manifest['files'] = [];
    let total = 0;
    for await (const file of entries) {
      files.push(file);
      total += file.bytes;
      if (total > limits.maxBytes)
        throw new ArchiveError(
          `The profile has more than ${Math.round(limits.maxBytes / 1024 / 1024)} MB; the largest so far: ${largestOf(
            files,
          )
            .map(({ path, bytes }) => `${path} (${Math.round(bytes / 1024 / 1024)} MB)`)
            .join(', ')}.`,
        );
    }
    const written: Manifest = { version: 1, files };
    out.entry({ name: manifestName }, JSON.stringify(written));
    return written;
  });
  return { archive: Readable.from(out), manifest };
}

/**
 * The way back: a tar of exactly the files that the manifest names, each with the bytes that it had.
 * `checked` rejects where anything differs, and the tar fails with it.
 */
export function unpackArchive(archive: Readable): { tar: Readable; checked: Promise<Manifest> } {
  const out = pack();
  let manifest: Manifest | null = null;
  const checked = copyFiles(
    archive,
    out,
    async (entries) => {
      const found = new Map<string, { bytes: number; sha256: string }>();
      for await (const { path, ...file } of entries) found.set(path, file);
      if (manifest === null)
        throw new ArchiveError('The snapshot is cut short: it has no list of its files.');
      for (const { path, bytes, sha256 } of manifest.files) {
        const file = found.get(path);
        if (file?.bytes !== bytes || file.sha256 !== sha256)
          throw new ArchiveError(`The snapshot is damaged: ${path} is not what was stored.`);
        found.delete(path);
      }
      if (found.size > 0) throw new ArchiveError('The snapshot holds files that it does not name.');
      return manifest;
    },
    (text) => (manifest = manifestSchema.parse(JSON.parse(text))),
  );
  return { tar: Readable.from(out), checked };
}

/** What takes the most room, by folder of the browser's own. */
export function largestOf(files: Manifest['files'], count = 5): { path: string; bytes: number }[] {
  const sums = new Map<string, number>();
  for (const { path, bytes } of files) {
    const name = path.split('/').slice(0, 3).join('/');
    sums.set(name, (sums.get(name) ?? 0) + bytes);
  }
  return [...sums]
    .map(([path, bytes]) => ({ path, bytes }))
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, count);
}

/** The stores in which a login lies, as a browser keeps them; without their heads it would begin new ones. */
export function missingStore({ files }: Manifest): string | null {
  const needed = [/\/Local Storage\/leveldb\/CURRENT$/, /\/IndexedDB\/[^/]+\.leveldb\/CURRENT$/];
  const absent = needed.findIndex((pattern) => !files.some(({ path }) => pattern.test(path)));
  return absent === -1 ? null : ['Local Storage', 'IndexedDB'][absent]!;
}

type File = Manifest['files'][number];

async function copyFiles<Result>(
  tar: Readable,
  out: Pack,
  use: (files: AsyncIterable<File>) => Promise<Result>,
  onManifest?: (text: string) => void,
): Promise<Result> {
  const entries = extract();
  tar.on('error', (error) => entries.destroy(error));
  // What fails is heard where it is read; a stream whose error nobody listens to would end the process.
  for (const stream of [entries, out]) stream.on('error', () => undefined);
  tar.pipe(entries);
  try {
    const result = await use(filesOf(entries));
    out.finalize();
    return result;
  } catch (error) {
    tar.destroy();
    out.destroy(error as Error);
    throw error;
  }

  async function* filesOf(all: typeof entries): AsyncGenerator<File> {
    let count = 0;
    for await (const entry of all) {
      const { name, type, size = 0 } = entry.header;
      const path = name.replace(/^\.\//, '');
      if (onManifest && path === manifestName) {
        onManifest(await readText(entry as AsyncIterable<Buffer>));
        continue;
      }
      // Links and devices are nothing that a profile needs, and much that could be misused.
      if (type !== 'file') {
        entry.resume();
        continue;
      }
      if (path.startsWith('/') || path.split('/').includes('..'))
        throw new ArchiveError('The archive names a file outside of the profile.');
      if ((count += 1) > maxFiles) throw new ArchiveError(`The profile has more than ${maxFiles} files.`);
      const hash = createHash('sha256');
      const sink = out.entry({ name: path, size, mode: 0o600 });
      sink.on('error', () => undefined);
      for await (const chunk of entry as AsyncIterable<Buffer>) {
        hash.update(chunk);
        if (!sink.write(chunk)) await drained(sink, out);
      }
      sink.end(null);
      yield { path, bytes: size, sha256: hash.digest('hex') };
    }
  }
}

/** Whoever reads what comes out may have stopped. */
export async function drained(sink: ReturnType<Pack['entry']>, out: Pack): Promise<void> {
  const isOver = () => new Error('what is read was let go of');
  if (out.destroyed) throw isOver();
  await new Promise<void>((resolve, reject) => {
    const onDrain = () => settle(resolve);
    const onClose = () => settle(() => reject(isOver()));
    const settle = (then: () => void) => {
      sink.off('drain', onDrain);
      out.off('close', onClose);
      then();
    };
    sink.on('drain', onDrain);
    out.on('close', onClose);
  });
}

async function readText(entry: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of entry) {
    bytes += chunk.length;
    if (bytes > maxManifestBytes) throw new ArchiveError('The list of files is too long.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
