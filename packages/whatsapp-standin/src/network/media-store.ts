import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MediaRef } from '../content';

/** The bytes of media, by their SHA-256: in memory, or in a folder where the stand-in has a state file. */
export class MediaStore {
  private readonly inMemory = new Map<string, Buffer>();

  constructor(private readonly folder: string | undefined) {}

  async put(bytes: Buffer, mimetype: string): Promise<MediaRef> {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (this.folder === undefined) {
      this.inMemory.set(sha256, bytes);
    } else {
      await mkdir(this.folder, { recursive: true, mode: 0o700 });
      await writeFile(join(this.folder, sha256), bytes, { mode: 0o600 });
    }
    return { sha256, size: bytes.length, mimetype };
  }

  /** @param sha256 in hex */
  async get(sha256: string): Promise<Buffer | undefined> {
    if (this.folder === undefined) return this.inMemory.get(sha256);
    return readFile(join(this.folder, sha256)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
  }
}
