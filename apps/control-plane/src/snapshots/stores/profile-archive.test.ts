import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { extract, pack, type Header } from 'tar-stream';
import { ArchiveError, largestOf, missingStore, packArchive, unpackArchive } from './profile-archive';

type Entry = Partial<Header> & { name: string; content?: string };

function tarOf(entries: readonly Entry[]): Readable {
  const tar = pack();
  for (const { content, ...header } of entries) tar.entry(header, content ?? '');
  tar.finalize();
  return Readable.from(tar);
}

async function filesIn(tar: Readable): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  const entries = extract();
  // A pipe passes no error on.
  tar.once('error', (error) => entries.destroy(error));
  for await (const entry of tar.pipe(entries))
    files[entry.header.name] = (await buffer(entry as AsyncIterable<Buffer>)).toString('utf8');
  return files;
}

async function archiveOf(entries: readonly Entry[], maxBytes = 1_000_000): Promise<Buffer> {
  const { archive, manifest } = packArchive(tarOf(entries), { maxBytes });
  const [bytes] = await Promise.all([buffer(archive), manifest]);
  return bytes;
}

const profile = [
  { name: './', type: 'directory' as const },
  { name: './session/Default/Local Storage/leveldb/CURRENT', content: 'MANIFEST-1' },
  { name: './session/Default/IndexedDB/https_x.indexeddb.leveldb/CURRENT', content: 'MANIFEST-2' },
  { name: './session/Default/big', content: 'x'.repeat(200_000) },
];

describe('an archive of a profile', () => {
  it('gives back each file as it was, and names them all', async () => {
    const { tar, checked } = unpackArchive(Readable.from([await archiveOf(profile)]));
    const [files, manifest] = await Promise.all([filesIn(tar), checked]);
    expect(Object.keys(files)).toEqual(manifest.files.map(({ path }) => path));
    expect(files['session/Default/big']).toBe('x'.repeat(200_000));
    expect(missingStore(manifest)).toBeNull();
    expect(largestOf(manifest.files)[0]).toEqual({ path: 'session/Default/big', bytes: 200_000 });
  });

  it('takes plain files only: no link, and nothing outside of the profile', async () => {
    const link = { name: 'session/link', type: 'symlink' as const, linkname: '/etc/passwd' };
    const { tar, checked } = unpackArchive(Readable.from([await archiveOf([link, ...profile])]));
    const [files] = await Promise.all([filesIn(tar), checked]);
    expect(Object.keys(files)).toHaveLength(3);
    for (const name of ['../outside', '/etc/cron.d/x', 'a/../../outside'])
      await expect(archiveOf([{ name, content: 'x' }])).rejects.toThrow(ArchiveError);
  });

  it('refuses a profile that is too large, and names what is', async () => {
    await expect(archiveOf(profile, 100_000)).rejects.toThrow(/session\/Default\/big/);
  });

  it('says which store of a login is missing', async () => {
    const { tar, checked } = unpackArchive(Readable.from([await archiveOf(profile.slice(0, 2))]));
    const [, manifest] = await Promise.all([filesIn(tar), checked]);
    expect(missingStore(manifest)).toBe('IndexedDB');
  });

  it('is refused when it was changed, cut short, or lacks its list', async () => {
    const whole = await archiveOf(profile);
    const changed = Buffer.from(whole);
    changed[changed.indexOf('xxxx') + 10] = 121;
    const listless = await buffer(tarOf(profile));
    for (const bytes of [changed, whole.subarray(0, 100_000), listless]) {
      const { tar, checked } = unpackArchive(Readable.from([bytes]));
      const outcomes = await Promise.allSettled([filesIn(tar), checked]);
      expect(outcomes[1]).toMatchObject({ status: 'rejected' });
    }
  });
});
