import { withDeadline } from '@wafleet/runtime';
import { Counter, Gauge, Registry } from 'prom-client';
import type { EventBus } from '../../live/event-bus';
import { countsOf } from './count-events';
import { isPerTenant, type MetricName, metricTable } from './metric-table';
import { readGauges, type Sample } from './read-gauges';

export interface Metrics {
  /** Everything in Prometheus's text format; gauges are read anew for each. Rejects where that takes too long. */
  text(): Promise<string>;
  /** An attempt to tell a webhook has ended. */
  webhookAttempt(state: keyof typeof attemptOutcomes): void;
}

const readTimeoutMs = 8_000;
const attemptOutcomes = { DELIVERED: 'delivered', PENDING: 'retried', PARKED: 'parked' } as const;

/** Counters begin at 0 with the process, as Prometheus expects it; gauges are read from the database, which is the truth. */
export function createMetrics(deps: {
  sources: Parameters<typeof readGauges>[0];
  bus: Pick<EventBus, 'subscribe'>;
  perTenant: boolean;
  now: () => Date;
}): Metrics {
  const registry = new Registry();
  const counters = new Map<MetricName, Counter>();
  const gauges = new Map<MetricName, Gauge>();
  for (const [name, { kind, help, labels }] of Object.entries(metricTable)) {
    const configuration = { name, help, labelNames: labels, registers: [registry] };
    if (!deps.perTenant && isPerTenant(name as MetricName)) continue;
    if (kind === 'counter') counters.set(name as MetricName, new Counter(configuration));
    else gauges.set(name as MetricName, new Gauge(configuration));
  }
  let underWay: Promise<string> | null = null;

  deps.bus.subscribe((event) => {
    for (const { name, labels, by } of countsOf(event)) counters.get(name)?.inc(labels, by);
  });

  return {
    // Two that ask at once share one look.
    text: () =>
      (underWay ??= withDeadline(read(), readTimeoutMs, 'metrics').finally(() => {
        underWay = null;
      })),
    webhookAttempt: (state) =>
      counters.get('wafleet_webhook_attempts_total')?.inc({ outcome: attemptOutcomes[state] }),
  };

  async function read(): Promise<string> {
    const samples = await readGauges(deps.sources, { now: deps.now(), perTenant: deps.perTenant });
    for (const gauge of gauges.values()) gauge.reset();
    for (const sample of samples) set(sample);
    return registry.metrics();
  }

  function set({ name, labels, value }: Sample): void {
    if (labels) gauges.get(name)?.set(labels, value);
    else gauges.get(name)?.set(value);
  }
}
