/** Above it nothing is held: WhatsApp takes no more, and the page would need it several times over. */
const maxBytes = 100 * 1024 * 1024;

/** Bytes of the one message of media that is to be sent next, as they come in parts; base64, as the page takes them. */
export class StagedMedia {
  private stageId: string | null = null;
  private parts: string[] = [];
  private bytes = 0;

  /**
   * Takes a part; the first one drops whatever was held, a repeated one changes nothing.
   * @returns false for one that does not go on from what is held, or is beyond the limit
   */
  add({ stageId, offset, data }: { stageId: string; offset: number; data: string }): boolean {
    const isFirst = offset === 0 && this.stageId !== stageId;
    if (isFirst) {
      this.drop();
      this.stageId = stageId;
    }
    if (this.stageId !== stageId || offset > this.bytes) return false;
    if (offset < this.bytes) return true;
    const size = Buffer.byteLength(data, 'base64');
    if (this.bytes + size > maxBytes) return false;
    this.parts.push(data);
    this.bytes += size;
    return true;
  }

  /** All that was handed over, which is held no longer; null where it is not there, or not of that size. */
  take(stageId: string, sizeBytes: number): string | null {
    if (this.stageId !== stageId || this.bytes !== sizeBytes) return null;
    const data = this.parts.join('');
    this.drop();
    return data;
  }

  private drop(): void {
    this.stageId = null;
    this.parts = [];
    this.bytes = 0;
  }
}
