const maxBytes = 32 * 1024 * 1024;

/** WAWebMediaInMemoryBlobCache: what was sent last, so that the page need not fetch it. The oldest go first. */
export class MediaCache {
  private readonly byHash = new Map<string, Blob>();
  private bytes = 0;

  put(filehash: string, blob: Blob): void {
    this.delete(filehash);
    this.byHash.set(filehash, blob);
    this.bytes += blob.size;
    for (const oldest of this.byHash.keys()) {
      if (this.bytes <= maxBytes) return;
      this.delete(oldest);
    }
  }

  get(filehash: string): Blob | undefined {
    return this.byHash.get(filehash);
  }

  private delete(filehash: string): void {
    this.bytes -= this.byHash.get(filehash)?.size ?? 0;
    this.byHash.delete(filehash);
  }
}
