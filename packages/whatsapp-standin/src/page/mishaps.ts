import type { Mishap } from '../protocol';

/** Numbers of eight bytes. */
const numbersPerMegabyte = 131_072;
const growthStepMs = 1_000;

/** Plays what the control makes happen to this page, and holds the memory that it takes. */
export class Mishaps {
  private readonly held: number[][] = [];

  befall(mishap: Mishap): void {
    switch (mishap.kind) {
      case 'reload':
        location.reload();
        return;
      case 'navigate':
        history.pushState(null, '', `/?navigation=${history.length}`);
        return;
      case 'busy':
        return stayBusy(mishap.forMs ?? Infinity);
      case 'allocate':
        return this.allocate(mishap.megabytes ?? Infinity);
    }
  }

  growMemory(megabytesPerMinute: number): void {
    setInterval(() => this.hold((megabytesPerMinute * growthStepMs) / 60_000), growthStepMs);
  }

  private allocate(megabytes: number): void {
    for (let rest = megabytes; rest > 0; rest -= 1) this.hold(Math.min(rest, 1));
  }

  /** Plain numbers lie on the JavaScript heap, whose end is the renderer's; a typed array would not. */
  private hold(megabytes: number): void {
    this.held.push(new Array<number>(Math.ceil(megabytes * numbersPerMegabyte)).fill(0.5));
  }
}

function stayBusy(forMs: number): void {
  const end = performance.now() + forMs;
  while (performance.now() < end);
}
