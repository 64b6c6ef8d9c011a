'use client';

import { useQuery } from '@tanstack/react-query';
import type { UsageHistory } from '@wafleet/contracts';
import { useMemo } from 'react';
import { Answer } from '@/calls/answer';
import { answerOf, controlPlane } from '@/calls/control-plane';
import { Empty } from '@/ui/notice';
import { ChartCard } from '../../charts/chart-card';
import { RangeChoice, useRange } from '../range-choice';

/** What it used, from stored history: it is there after a restart of anything, too. */
export function MetricsTab({ tenantId }: { tenantId: string }) {
  const [range, setRange] = useRange();
  const usage = useQuery({
    queryKey: ['usage', tenantId, range],
    queryFn: () =>
      answerOf(
        controlPlane.GET('/admin/tenants/{tenantId}/metrics', {
          params: { path: { tenantId }, query: { range } },
        }),
      ),
    refetchInterval: 60_000,
    placeholderData: (before) => before,
  });
  return (
    <div className="flex flex-col gap-4">
      <div className="flex">
        <RangeChoice value={range} onChange={setRange} />
      </div>
      <Answer of={usage} what="The history" lines={6}>
        {(history) =>
          history.samples.length === 0 ? (
            <Empty title="No history yet." text="A sample is taken every minute in which its worker runs." />
          ) : (
            <Charts history={history} />
          )
        }
      </Answer>
    </div>
  );
}

function Charts({ history: { samples, memoryLimitMib, stepSeconds, from, to } }: { history: UsageHistory }) {
  const data = useMemo(() => {
    const padded = withGaps(samples, stepSeconds);
    const column = (of: (sample: UsageHistory['samples'][number]) => number | null) =>
      padded.map(({ sample }) => (sample === null ? null : of(sample)));
    const memory = column(({ memoryMib }) => memoryMib);
    return {
      range: [Date.parse(from) / 1_000, Date.parse(to) / 1_000] as const,
      times: padded.map(({ time }) => time),
      marks: padded.flatMap(({ time, sample }) => (sample && sample.restarts > 0 ? [time] : [])),
      memory: [
        { label: 'Memory', values: memory, color: '--accent' },
        ...(memoryLimitMib === null
          ? []
          : [{ label: 'Limit', values: memory.map(() => memoryLimitMib), color: '--bad' }]),
      ],
      cpu: [{ label: 'CPU', values: column(({ cpuPercent }) => cpuPercent), color: '--busy' }],
      messages: [
        { label: 'Messages', values: column(({ messagesPerMinute }) => messagesPerMinute), color: '--good' },
      ],
      reconnects: [{ label: 'Reconnects', values: column(({ reconnects }) => reconnects), color: '--busy' }],
      restarts: [{ label: 'Restarts', values: column(({ restarts }) => restarts), color: '--warn' }],
    };
  }, [samples, memoryLimitMib, stepSeconds, from, to]);
  const { times, marks, range } = data;
  const restarts = samples.reduce((sum, sample) => sum + sample.restarts, 0);
  const reconnects = samples.reduce((sum, sample) => sum + sample.reconnects, 0);
  const shared = { times, marks, range, group: 'tenant' };
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <ChartCard
        {...shared}
        title="Memory"
        unit=" MiB"
        series={data.memory}
        summary={`${inWords(data.memory[0]?.values, ' MiB')}${memoryLimitMib === null ? '' : `, replaced from ${memoryLimitMib} MiB on`}. Red lines are restarts.`}
      />
      <ChartCard
        {...shared}
        title="CPU"
        unit=" %"
        series={data.cpu}
        summary={`${inWords(data.cpu[0]?.values, ' %')}.`}
      />
      <ChartCard
        {...shared}
        title="Messages per minute"
        unit=""
        series={data.messages}
        summary={`${inWords(data.messages[0]?.values, '')}.`}
      />
      <ChartCard
        {...shared}
        title="Restarts"
        unit=""
        series={data.restarts}
        summary={`${restarts} ${restarts === 1 ? 'restart' : 'restarts'} in this time.`}
      />
      <ChartCard
        {...shared}
        title="Reconnects"
        unit=""
        series={data.reconnects}
        summary={`${reconnects} ${reconnects === 1 ? 'reconnect' : 'reconnects'} to WhatsApp in this time.`}
      />
    </div>
  );
}

/** Where nothing ran, a line must not run on. */
function withGaps(samples: UsageHistory['samples'], stepSeconds: number) {
  return samples.flatMap((sample, index) => {
    const time = Date.parse(sample.at) / 1_000;
    const before = samples[index - 1];
    const isGap = before !== undefined && time - Date.parse(before.at) / 1_000 > 2 * stepSeconds;
    return [...(isGap ? [{ time: time - stepSeconds, sample: null }] : []), { time, sample }];
  });
}

function inWords(values: readonly (number | null)[] | undefined, unit: string): string {
  const known = (values ?? []).filter((value) => value !== null);
  if (known.length === 0) return 'Nothing is known';
  return `Now ${known.at(-1)}${unit}, at most ${Math.max(...known)}${unit}`;
}
