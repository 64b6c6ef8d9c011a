import { setTimeout as delay } from 'node:timers/promises';
import type { Tenant, TenantStatus } from '@wafleet/contracts';
import { asAdmin } from '../stack/api-client';

/** A control plane that takes longer counts as one that does not answer. */
const answerMs = 1_000;

type Shown = Pick<Tenant, 'id' | 'status' | 'statusSince'>;

interface Look {
  askedAt: number;
  at: number;
  areAllGreen: boolean;
  /** Since when the tenant that was shown as green the longest is it, in Unix milliseconds; null where none was. */
  oldestGreen: number | null;
}

/** Asks for everybody's status again and again, as an operator's page does, and remembers what changed. */
export class StatusWatch {
  /** When each answer was there, or given up, of `performance.now()`. No answer is not green. */
  private readonly looks: Look[] = [];
  /** One for each time that a tenant was seen not green and then green again, in milliseconds. */
  readonly spellsMs: number[] = [];
  /** Everything that any tenant was seen as. */
  readonly seen = new Set<TenantStatus>();
  private readonly since = new Map<string, number>();
  private readonly stopping = new AbortController();
  private readonly watching: Promise<void>;

  constructor(private readonly options: { url: string; adminKey: string; everyMs: number }) {
    this.watching = this.watch();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.watching;
  }

  /** When not all were first seen green at or after that moment; null when that was not seen yet. */
  firstLostAt(since: number): number | null {
    return this.looks.find(({ at, areAllGreen }) => at >= since && !areAllGreen)?.at ?? null;
  }

  /** When all were first seen green at or after that moment; null when that was not seen yet. */
  firstGreenAt(since: number): number | null {
    return this.looks.find(({ at, areAllGreen }) => at >= since && areAllGreen)?.at ?? null;
  }

  /** How often a tenant was shown as green, by an answer asked for since then, that last became it before then. */
  staleGreens(since: number): number {
    const startedAt = performance.timeOrigin + since;
    return this.looks.filter(
      ({ askedAt, oldestGreen }) => askedAt >= since && oldestGreen !== null && oldestGreen < startedAt,
    ).length;
  }

  private async watch(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const askedAt = performance.now();
      this.note(askedAt, await this.ask());
      await delay(this.options.everyMs, undefined, { signal }).catch(() => undefined);
    }
  }

  private async ask(): Promise<Shown[] | null> {
    const { url, adminKey } = this.options;
    try {
      const response = await fetch(`${url}/admin/tenants?limit=200`, {
        headers: asAdmin(adminKey),
        signal: AbortSignal.timeout(answerMs),
      });
      if (!response.ok) return null;
      return ((await response.json()) as { items: Shown[] }).items;
    } catch {
      return null;
    }
  }

  private note(askedAt: number, shown: readonly Shown[] | null): void {
    const at = performance.now();
    const greens = (shown ?? []).filter(({ status }) => status === 'ACTIVE');
    this.looks.push({
      askedAt,
      at,
      areAllGreen: shown !== null && greens.length === shown.length,
      oldestGreen:
        greens.length === 0 ? null : Math.min(...greens.map(({ statusSince }) => Date.parse(statusSince))),
    });
    for (const { id, status } of shown ?? []) {
      this.seen.add(status);
      const since = this.since.get(id);
      if (status !== 'ACTIVE') this.since.set(id, since ?? at);
      else if (since !== undefined) {
        this.since.delete(id);
        this.spellsMs.push(at - since);
      }
    }
  }
}
