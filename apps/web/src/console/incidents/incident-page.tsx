'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { type ReactNode, useMemo, useState } from 'react';
import { ActionButton } from '@/calls/action-button';
import { Answer } from '@/calls/answer';
import { answerOf, controlPlane } from '@/calls/control-plane';
import { PageTitle } from '@/frame/frame';
import { Button } from '@/ui/button';
import { Card } from '@/ui/card';
import { Cell, Row, Table } from '@/ui/table';
import { Ago, Clock } from '@/ui/time';
import { ChartCard } from '../charts/chart-card';
import { useMayAct } from '../operator';
import { IncidentMark } from './incident-list';
import { EvidenceLines } from './evidence-lines';

const mebibyte = 1024 * 1024;

/** One trouble with all that was known when it happened. */
export function IncidentPage({ incidentId }: { incidentId: string }) {
  const answers = useQueryClient();
  const mayAct = useMayAct();
  const params = { path: { incidentId } };
  const key = ['incidents', 'one', incidentId];
  const incident = useQuery({
    queryKey: key,
    queryFn: () => answerOf(controlPlane.GET('/admin/incidents/{incidentId}', { params })),
  });
  return (
    <Answer of={incident} what="The incident" lines={8}>
      {(one) => (
        <>
          <p className="mb-2 text-sm">
            <Link href="/incidents" className="text-accent underline">
              Incidents
            </Link>
          </p>
          <PageTitle
            title={`${one.reason?.label ?? 'Unknown reason'}: ${one.tenantName}`}
            text={one.reason?.explanation}
          >
            {mayAct && one.resolvedAt === null && one.acknowledgedAt === null ? (
              <ActionButton
                label="Acknowledge"
                busyLabel="Acknowledging…"
                doneText="Acknowledged"
                act={() =>
                  answerOf(controlPlane.POST('/admin/incidents/{incidentId}/acknowledge', { params }))
                }
                onDone={() => void answers.invalidateQueries({ queryKey: ['incidents'] })}
              />
            ) : null}
          </PageTitle>
          <div className="grid gap-4 lg:grid-cols-2">
            <Card title="What is known">
              <p className="mb-3 flex flex-wrap items-center gap-3">
                <IncidentMark of={one} />
                <Link href={`/fleet/${one.tenantId}?tab=timeline`} className="text-accent underline">
                  To the tenant
                </Link>
                <Link
                  href={`/fleet/${one.tenantId}?tab=logs&level=debug&at=${encodeURIComponent(one.openedAt)}`}
                  className="text-accent underline"
                >
                  Its log then
                </Link>
              </p>
              <dl className="grid grid-cols-[9rem_1fr] gap-y-1 text-sm">
                <Fact label="Began" value={<Ago at={one.openedAt} />} />
                <Fact label="Last seen" value={<Ago at={one.lastSeenAt} />} />
                <Fact label="Times" value={one.count} />
                <Fact label="Resolved" value={one.resolvedAt ? <Ago at={one.resolvedAt} /> : 'not yet'} />
                {one.acknowledgedAt ? (
                  <Fact
                    label="Acknowledged"
                    value={
                      <>
                        <Ago at={one.acknowledgedAt} /> by {one.acknowledgedBy}
                      </>
                    }
                  />
                ) : null}
                <Fact label="Particulars" value={one.detail ?? '–'} />
                <Fact label="Worker" value={`start ${one.generation}${ending(one.evidence.workerExit)}`} />
                <Fact
                  label="Ran out of memory"
                  value={one.evidence.outOfMemory?.replaceAll('_', ' ') ?? 'no sign of it'}
                />
                <Fact label="WhatsApp Web" value={one.evidence.versions.whatsappWeb ?? '–'} />
                <Fact label="Browser" value={one.evidence.versions.browser ?? '–'} />
                <Fact label="Library" value={one.evidence.versions.library ?? '–'} />
              </dl>
              {one.reason ? (
                <p className="mt-3 rounded-lg bg-sunken p-3 text-sm">
                  {one.reason.userAction === 'none'
                    ? `Nothing to do: the ${one.reason.repairedBy} repairs it.`
                    : `Suggested: ${one.reason.userAction.replaceAll('_', ' ')}.`}
                </p>
              ) : null}
            </Card>
            <Screenshot
              tenantId={one.tenantId}
              incidentId={incidentId}
              hasScreenshot={one.hasScreenshot}
              why={one.noScreenshot}
            />
            <Card title="Before it" isFlush>
              <Table label="States before it" head={['When', 'Session', 'Phase', 'Reason']}>
                {one.evidence.transitions.map(({ at, state, phase, reason }, index) => (
                  <Row key={index}>
                    <Cell>
                      <Clock at={at} />
                    </Cell>
                    <Cell>{state.toLowerCase().replaceAll('_', ' ')}</Cell>
                    <Cell>{phase ?? ''}</Cell>
                    <Cell>{reason ?? ''}</Cell>
                  </Row>
                ))}
              </Table>
              {one.evidence.transitions.length === 0 ? (
                <p className="p-4 text-sm text-soft">Nothing was noted before it.</p>
              ) : null}
            </Card>
            <Memory samples={one.evidence.memory} />
            <EvidenceLines title="What the page wrote" lines={one.evidence.console} />
            <EvidenceLines title="Errors of the page" lines={one.evidence.pageErrors} />
            <EvidenceLines title="What the browser wrote" lines={one.evidence.browserOutput} />
            <EvidenceLines title="The worker's log" lines={one.evidence.workerLog} />
          </div>
        </>
      )}
    </Answer>
  );
}

function Fact({ label, value }: { label: string; value: ReactNode }) {
  return (
    <>
      <dt className="text-soft">{label}</dt>
      <dd className="min-w-0 break-words">{value}</dd>
    </>
  );
}

function ending(exit: { code: number | null; signal: string | null } | null): string {
  if (exit === null) return '';
  return exit.signal ? `, ended by ${exit.signal}` : `, exit code ${exit.code}`;
}

/** It may show whom the tenant writes with: nobody sees that without wanting to. */
function Screenshot(props: {
  tenantId: string;
  incidentId: string;
  hasScreenshot: boolean;
  why: string | null;
}) {
  const { tenantId, incidentId, hasScreenshot, why } = props;
  const [isShown, setShown] = useState(false);
  return (
    <Card title="Screenshot">
      {!hasScreenshot ? (
        <p className="text-soft">No screenshot: {why ?? 'there is none'}.</p>
      ) : isShown ? (
        <img
          src={`/api/admin/tenants/${tenantId}/incidents/${incidentId}/screenshot`}
          alt="The page as it was when this happened"
          className="w-full rounded-lg border border-line"
        />
      ) : (
        <div className="flex flex-col items-start gap-3">
          <p className="text-soft">The page as it was then. It may show chats of the tenant.</p>
          <Button kind="plain" onClick={() => setShown(true)}>
            Show it
          </Button>
        </div>
      )}
    </Card>
  );
}

function Memory({
  samples,
}: {
  samples: { at: string; nodeBytes: number | null; browserBytes: number | null }[];
}) {
  const { times, range, series } = useMemo(() => {
    // One sample alone would stand in a chart of years.
    const times = samples.map(({ at }) => Date.parse(at) / 1_000);
    const inMebibytes = (bytes: number | null) => (bytes === null ? null : Math.round(bytes / mebibyte));
    return {
      times,
      range: [(times[0] ?? 0) - 30, (times.at(-1) ?? 0) + 30] as const,
      series: [
        {
          label: 'Browser',
          values: samples.map(({ browserBytes }) => inMebibytes(browserBytes)),
          color: '--accent',
        },
        { label: 'Node', values: samples.map(({ nodeBytes }) => inMebibytes(nodeBytes)), color: '--busy' },
      ],
    };
  }, [samples]);
  if (samples.length === 0) {
    return (
      <Card title="Memory before it">
        <p className="text-soft">Nothing was measured.</p>
      </Card>
    );
  }
  const peak = Math.max(...series.flatMap(({ values }) => values.map((value) => value ?? 0)));
  return (
    <ChartCard
      title="Memory before it"
      summary={`At most ${peak} MiB.`}
      times={times}
      range={range}
      series={series}
      unit=" MiB"
      group="incident"
    />
  );
}
