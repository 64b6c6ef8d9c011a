import type { Mishap } from '../protocol';

/** Numbers of eight bytes. */
const numbersPerMegabyte = 131_072;
const growthStepMs = 1_000;
const stepMegabytes = 4;

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
      case 'say':
        return say(mishap);
    }
  }

  growMemory(megabytesPerMinute: number): void {
    setInterval(() => this.hold((megabytesPerMinute * growthStepMs) / 60_000), growthStepMs);
  }

  /** In steps, between which the page goes on, as one does that loses memory. */
  private allocate(megabytes: number): void {
    if (megabytes <= 0) return;
    this.hold(Math.min(megabytes, stepMegabytes));
    setTimeout(() => this.allocate(megabytes - stepMegabytes));
  }

  /** Plain numbers lie on the JavaScript heap, whose end is the renderer's; a typed array would not. */
  private hold(megabytes: number): void {
    this.held.push(new Array<number>(Math.ceil(megabytes * numbersPerMegabyte)).fill(0.5));
  }
}

function say({ how, words, value }: Extract<Mishap, { kind: 'say' }>): void {
  if (how !== 'throw') {
    // eslint-disable-next-line no-console -- the page is to write
    console[how](...(value === undefined ? [words] : [words, value]));
    return;
  }
  setTimeout(() => {
    throw new Error(words);
  });
}

function stayBusy(forMs: number): void {
  const end = performance.now() + forMs;
  while (performance.now() < end);
}
