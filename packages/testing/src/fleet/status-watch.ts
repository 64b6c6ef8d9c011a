import { setTimeout as delay } from 'node:timers/promises';
import type { Tenant, TenantStatus } from '@wafleet/contracts';
import { asAdmin } from '../stack/api-client';

/** A control plane that takes longer counts as one that does not answer. */
const answerMs = 1_000;

type Shown = Pick<Tenant, 'id' | 'status' | 'statusSince'>;

interface Look {
  at: number;
  areAllGreen: boolean;
  /** When the status that was seen came, of the tenant that has it the longest; in Unix milliseconds. */
  oldestChange: number;
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

  /**
   * When all were first seen green at or after that moment; null when that was not seen yet.
   * @param changedSince each became it since then, in Unix milliseconds: a control plane that was killed with its workers
   * shows for some seconds what it knew of them last
   */
  firstGreenAt(since: number, changedSince = 0): number | null {
    const isIt = ({ at, areAllGreen, oldestChange }: Look) =>
      at >= since && areAllGreen && oldestChange >= changedSince;
    return this.looks.find(isIt)?.at ?? null;
  }

  private async watch(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      this.note(await this.ask(), performance.now());
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

  private note(shown: readonly Shown[] | null, at: number): void {
    this.looks.push({
      at,
      areAllGreen: shown?.every(({ status }) => status === 'ACTIVE') ?? false,
      oldestChange: Math.min(...(shown ?? []).map(({ statusSince }) => Date.parse(statusSince))),
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
