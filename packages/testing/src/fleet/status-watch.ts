import { setTimeout as delay } from 'node:timers/promises';
import type { TenantStatus } from '@wafleet/contracts';
import { asAdmin } from '../stack/api-client';

/** A control plane that takes longer counts as one that does not answer. */
const answerMs = 1_000;

/** Asks for everybody's status again and again, as an operator's page does, and remembers what changed. */
export class StatusWatch {
  /** When each answer was there, or given up, of `performance.now()`. No answer is not green. */
  private readonly looks: { at: number; areAllGreen: boolean }[] = [];
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

  /** When all, or not all, were first seen green at or after that moment; null when that was not seen yet. */
  firstAt(green: 'all green' | 'not all green', since: number): number | null {
    const wanted = green === 'all green';
    return this.looks.find(({ at, areAllGreen }) => at >= since && areAllGreen === wanted)?.at ?? null;
  }

  private async watch(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      this.note(await this.ask(), performance.now());
      await delay(this.options.everyMs, undefined, { signal }).catch(() => undefined);
    }
  }

  private async ask(): Promise<Map<string, TenantStatus> | null> {
    const { url, adminKey } = this.options;
    try {
      const response = await fetch(`${url}/admin/tenants?limit=200`, {
        headers: asAdmin(adminKey),
        signal: AbortSignal.timeout(answerMs),
      });
      if (!response.ok) return null;
      const { items } = (await response.json()) as { items: { id: string; status: TenantStatus }[] };
      return new Map(items.map(({ id, status }) => [id, status]));
    } catch {
      return null;
    }
  }

  private note(statuses: ReadonlyMap<string, TenantStatus> | null, at: number): void {
    const shown = [...(statuses ?? [])];
    this.looks.push({ at, areAllGreen: statuses !== null && shown.every(([, one]) => one === 'ACTIVE') });
    for (const [id, status] of shown) {
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
