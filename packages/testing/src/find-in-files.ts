import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Files below these folders that hold one of these words in their name or their bytes. */
export async function findInFiles(folders: readonly string[], words: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const folder of folders) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const file = join(entry.parentPath, entry.name);
      // Gone meanwhile: nothing is in it.
      const bytes = entry.isFile() ? await readFile(file).catch(() => '') : '';
      if (words.some((word) => entry.name.includes(word) || bytes.includes(word))) found.push(file);
    }
  }
  return found;
}
