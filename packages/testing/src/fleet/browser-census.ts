import { countBrowsers } from '../faults/tenant-processes';

const everyMs = 50;

/** Counts the browsers of all tenants again and again, as the kernel shows them. */
export class BrowserCensus {
  samples = 0;
  /** The most browsers that any tenant was ever seen with. */
  most = 0;
  /** Between two samples. */
  longestGapMs = 0;
  private lastAt = performance.now();
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly tenantsDir: string) {
    this.timer = setInterval(() => this.sample(), everyMs);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private sample(): void {
    const now = performance.now();
    this.longestGapMs = Math.max(this.longestGapMs, now - this.lastAt);
    this.lastAt = now;
    this.samples += 1;
    this.most = Math.max(this.most, ...countBrowsers(this.tenantsDir).values());
  }
}
