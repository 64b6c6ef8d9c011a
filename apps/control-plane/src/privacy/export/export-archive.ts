import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import type { MediaStore } from '../../media/media-store';
import { drained } from '../../snapshots/stores/profile-archive';
import {
  mediaPages,
  tablesOfContact,
  tablesOfTenant,
  type ExportScope,
  type ExportTableDeps,
} from './export-tables';

export interface ExportArchiveDeps extends ExportTableDeps {
  media: Pick<MediaStore, 'read'>;
}

/** Written so far. */
export interface Progress {
  records: number;
  files: number;
}

/**
 * A tar of everything about a tenant or one contact, read while it is written: `<table>-<number>.jsonl` with a page of rows
 * each, and `media/` with the bytes. Memory holds one page and one chunk.
 * @param onProgress after each page and each file; what it throws ends the archive
 */
export function writeExport(
  deps: ExportArchiveDeps,
  scope: ExportScope,
  onProgress: (progress: Progress) => Promise<void>,
): Readable {
  const out = pack();
  // What fails is heard where it is read; a stream whose error nobody listens to would end the process.
  out.on('error', () => undefined);
  const progress: Progress = { records: 0, files: 0 };
  const archive = Readable.from(out);
  archive.on('close', () => out.destroy());
  fill().then(
    () => out.finalize(),
    (error: Error) => archive.destroy(error),
  );
  return archive;

  async function fill(): Promise<void> {
    await writeText('README.txt', readme(scope));
    const { tenantId, contact } = scope;
    const tables =
      contact === null ? tablesOfTenant(deps, tenantId) : tablesOfContact(deps, tenantId, contact);
    for (const { name, pages } of tables) {
      let page = 0;
      for await (const rows of pages()) await writeRows(name, (page += 1), rows);
    }
    let page = 0;
    for await (const rows of mediaPages(deps.db, scope)) {
      await writeRows(
        'media',
        (page += 1),
        rows.map((row) => ({ ...row, file: fileOf(row) })),
      );
      for (const row of rows) await writeMedia(row);
    }
  }

  async function writeRows(table: string, page: number, rows: readonly object[]): Promise<void> {
    const lines = rows.map((row) => `${JSON.stringify(row, withNumbers)}\n`);
    await writeText(`${table}-${String(page).padStart(6, '0')}.jsonl`, lines.join(''));
    progress.records += rows.length;
    await onProgress({ ...progress });
  }

  async function writeText(name: string, text: string): Promise<void> {
    const content = Buffer.from(text);
    await write(name, content.length, [content]);
  }

  /** Media past their time have a row, and no bytes any more. */
  async function writeMedia(row: MediaRow): Promise<void> {
    const bytes = await deps.media.read(scope.tenantId, row.sha256);
    if (bytes === null) return;
    await write(fileOf(row), row.sizeBytes, bytes);
    progress.files += 1;
    await onProgress({ ...progress });
  }

  async function write(
    name: string,
    size: number,
    bytes: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  ): Promise<void> {
    const sink = out.entry({ name, size, mode: 0o600 });
    sink.on('error', () => undefined);
    for await (const chunk of bytes) if (!sink.write(chunk)) await drained(sink, out);
    sink.end(null);
  }
}

type MediaRow = { id: string; sha256: string; sizeBytes: number; filename: string | null };

/** The sender's name for it is a stranger's: it is never a path. */
function fileOf({ id, filename }: MediaRow): string {
  const name = filename?.replaceAll(/[/\\\p{Cc}]/gu, '_').slice(0, 100);
  return name === undefined ? `media/${id}` : `media/${id}-${name}`;
}

function withNumbers(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}

function readme({ tenantId, contact }: ExportScope): string {
  const what =
    contact === null
      ? `everything that is kept about the tenant ${tenantId}`
      : `what is kept at the tenant ${tenantId} about one contact (${contact.join(', ')})`;
  return `This archive holds ${what}.

Each file <table>-<number>.jsonl holds rows of one table, one JSON object a line, in UTF-8; times are in UTC. A table
with many rows has several files; one without any has none. Rows were read one after the other while the archive was
written, so that what changed meanwhile may be in one table and not in another.

media-<number>.jsonl says what each file of media is: "file" is its place in this archive, "mimeType" what its sender
says it is. Where the bytes were kept for their time already, there is no file. Treat the files as a stranger's.

Secrets are not in it: no password, no key, no login of WhatsApp, no secret of a webhook.
`;
}
