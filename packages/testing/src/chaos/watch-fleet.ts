import { setTimeout as delay } from 'node:timers/promises';
import type { TenantStatus } from '@wafleet/contracts';
import { countBrowsers } from '../faults/tenant-processes';
import type { ControlPlane } from '../stack/stack';

const browsersEveryMs = 50;
const statusEveryMs = 250;

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
    this.timer = setInterval(() => this.sample(), browsersEveryMs);
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

/** Asks for everybody's status again and again, and notes for how long each was not green. */
export class StatusWatch {
  /** One for each time that a tenant was seen not green and then green again, in milliseconds. */
  readonly spellsMs: number[] = [];
  private readonly since = new Map<string, number>();
  private isStopped = false;
  private readonly watching: Promise<void>;

  constructor(private readonly controlPlane: () => ControlPlane) {
    this.watching = this.watch();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await this.watching;
  }

  private async watch(): Promise<void> {
    while (!this.isStopped) {
      await this.look().catch(() => undefined); // No control plane answers just now.
      await delay(statusEveryMs);
    }
  }

  private async look(): Promise<void> {
    const { items } = (await this.controlPlane().admin.get('/admin/tenants?limit=200')) as {
      items: { id: string; status: TenantStatus }[];
    };
    const now = performance.now();
    for (const { id, status } of items) {
      const since = this.since.get(id);
      if (status !== 'ACTIVE') this.since.set(id, since ?? now);
      else if (since !== undefined) {
        this.since.delete(id);
        this.spellsMs.push(now - since);
      }
    }
  }
}
