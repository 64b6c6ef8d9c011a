'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { ActionButton } from '@/calls/action-button';
import { Answer } from '@/calls/answer';
import { answerOf, controlPlane } from '@/calls/control-plane';
import { PageTitle } from '@/frame/frame';
import { Card } from '@/ui/card';
import { Mark } from '@/ui/mark';
import { Empty } from '@/ui/notice';
import { Cell, Row, Table } from '@/ui/table';
import { Ago } from '@/ui/time';
import { countOf, freely } from './bulk/action-words';
import { useMayAct } from './operator';

/** What the machine has, who boots, who waits for that, and the switch by which nobody runs while it is serviced. */
export function CapacityPage() {
  const capacity = useQuery({
    queryKey: ['capacity'],
    queryFn: () => answerOf(controlPlane.GET('/admin/capacity')),
    refetchInterval: 3_000,
  });
  return (
    <>
      <PageTitle title="Capacity" text="Of the machine on which the active control plane runs." />
      <Answer of={capacity} what="The capacity" lines={6}>
        {({ drain, memory, cores, loadAverage, workers, boots }) => (
          <div className="live grid gap-4 md:grid-cols-2">
            <Workers
              drain={drain}
              running={workers.running}
              waiting={boots.waitingCount}
              onDone={() => void capacity.refetch()}
            />
            <Card title="Memory">
              <Bar
                label="Memory in use"
                share={1 - memory.availableBytes / memory.totalBytes}
                text={`${inGib(memory.totalBytes - memory.availableBytes)} of ${inGib(memory.totalBytes)} in use, ${inGib(memory.workersBytes)} of it by workers`}
              />
              <Facts>
                <Fact label="Available" value={inGib(memory.availableBytes)} />
                <Fact
                  label="Kept free"
                  value={memory.keptBytes === 0 ? 'not checked' : inGib(memory.keptBytes)}
                />
                <Fact label="Workers that run" value={workers.running} />
                <Fact
                  label="The next one takes"
                  value={`${Math.round(workers.expectedBytes / 1024 / 1024)} MiB`}
                />
                <Fact label="So many more fit" value={workers.moreFit} />
              </Facts>
            </Card>
            <Card title="Processor">
              <Bar
                label="Load"
                share={loadAverage / cores}
                text={`Load ${loadAverage.toFixed(2)} on ${cores} ${cores === 1 ? 'core' : 'cores'} over the last minute`}
              />
              <Facts>
                <Fact label="Boots at once" value={boots.atOnce} />
                <Fact label="Under way" value={boots.underWay.length} />
                <Fact label="Waiting" value={boots.waitingCount} />
              </Facts>
            </Card>
            <Card title="Booting" isFlush>
              <Places entries={boots.underWay} empty="Nobody boots." />
            </Card>
            <Card title="Waiting for a place" isFlush>
              <Places entries={boots.waiting} empty="Nobody waits." />
            </Card>
          </div>
        )}
      </Answer>
    </>
  );
}

function Workers(props: {
  drain: { since: string; by: string } | null;
  running: number;
  waiting: number;
  onDone: () => void;
}) {
  const { drain, running, waiting, onDone } = props;
  const mayAct = useMayAct();
  const state =
    drain === null
      ? ({ tone: 'good', word: 'May run' } as const)
      : running > 0
        ? ({ tone: 'busy', word: 'Draining' } as const)
        : ({ tone: 'rest', word: 'Drained' } as const);
  return (
    <Card title="Workers" aside={<Mark tone={state.tone}>{state.word}</Mark>} className="md:col-span-2">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="max-w-prose text-soft">
          {drain === null ? (
            'Before this machine is serviced, all workers can be ended at once; what is wanted of the tenants stays.'
          ) : (
            <>
              By {drain.by}, <Ago at={drain.since} />.{' '}
              {running > 0
                ? `${countOf(running)} still to end.`
                : `No worker runs, and none starts; ${countOf(waiting)} to come back.`}
            </>
          )}
        </p>
        {mayAct ? (
          drain === null ? (
            <ActionButton
              kind="danger"
              label="Drain"
              busyLabel="Draining…"
              doneText="Workers are ending, and none starts"
              act={() => answerOf(controlPlane.POST('/admin/capacity/drain'))}
              onDone={onDone}
              confirm={{
                title: 'Drain this installation?',
                text: `The workers of ${countOf(running)} end within seconds, and none starts until workers may run again. Nobody receives or sends meanwhile. What is wanted of the tenants, their links to the phones and their messages are kept; those that are linked come back without a scan.`,
                mustType: running > freely ? String(running) : undefined,
              }}
            />
          ) : (
            <ActionButton
              kind="main"
              label="Let workers run again"
              busyLabel="Letting them run…"
              doneText="Workers start again"
              act={() => answerOf(controlPlane.POST('/admin/capacity/resume'))}
              onDone={onDone}
            />
          )
        ) : null}
      </div>
    </Card>
  );
}

function Places({
  entries,
  empty,
}: {
  entries: { tenantId: string; name: string; since: string }[];
  empty: string;
}) {
  if (entries.length === 0) return <Empty title={empty} />;
  return (
    <Table label="Tenants" head={['Place', 'Tenant', 'Since']}>
      {entries.map(({ tenantId, name, since }, place) => (
        <Row key={tenantId}>
          <Cell>{place + 1}</Cell>
          <Cell>
            <Link href={`/fleet/${tenantId}`} className="font-medium hover:underline">
              {name}
            </Link>
          </Cell>
          <Cell>
            <Ago at={since} />
          </Cell>
        </Row>
      ))}
    </Table>
  );
}

function Bar({ label, share, text }: { label: string; share: number; text: string }) {
  const percent = Math.round(100 * Math.min(1, Math.max(0, share)));
  return (
    <>
      <div
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        className="h-2 overflow-hidden rounded-full bg-sunken"
      >
        <div
          className={`h-full ${percent > 90 ? 'bg-bad' : percent > 75 ? 'bg-warn' : 'bg-accent'}`}
          style={{ width: `${percent}%` }}
        />
      </div>
      <p className="mt-2 text-sm text-soft">{text}</p>
    </>
  );
}

function Facts({ children }: { children: ReactNode }) {
  return <dl className="mt-4 grid grid-cols-2 gap-y-1 text-sm">{children}</dl>;
}

function Fact({ label, value }: { label: string; value: ReactNode }) {
  return (
    <>
      <dt className="text-soft">{label}</dt>
      <dd className="text-right font-medium tabular-nums">{value}</dd>
    </>
  );
}

const inGib = (bytes: number) => `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
