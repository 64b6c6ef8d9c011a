/**
 * Gives back what starting up has taken: collected twice, because V8 keeps pages for a while the first time. Does
 * nothing where Node was started without --expose-gc.
 */
export class MemoryRelease {
  private timer: NodeJS.Timeout | null = null;

  /** Some time after the latest call. */
  soon(): void {
    this.stop();
    this.timer = setTimeout(() => {
      globalThis.gc?.();
      this.timer = setTimeout(() => globalThis.gc?.(), 1_000);
    }, 3_000);
  }

  stop(): void {
    if (this.timer) clearTimeout(this.timer);
  }
}
