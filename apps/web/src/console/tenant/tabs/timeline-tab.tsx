'use client';

import { useQuery } from '@tanstack/react-query';
import type { TenantEvent, Timeline } from '@wafleet/contracts';
import { useState } from 'react';
import { Answer } from '@/calls/answer';
import { answerOf, controlPlane } from '@/calls/control-plane';
import { Button } from '@/ui/button';
import { Card } from '@/ui/card';
import { classNames } from '@/ui/class-names';
import { Empty } from '@/ui/notice';
import { Cell, Row, Table } from '@/ui/table';
import { Ago, Clock, clock, span } from '@/ui/time';
import { statusWords } from '../../status-mark';
import { useReasons } from '../../use-reasons';
import { RangeChoice, useRange } from '../range-choice';

const fills = { good: 'bg-good', busy: 'bg-busy', warn: 'bg-warn', bad: 'bg-bad', rest: 'bg-rest' };

/** Which status it had when, and what happened meanwhile. */
export function TimelineTab({ tenantId }: { tenantId: string }) {
  const [range, setRange] = useRange();
  const [errorsOnly, setErrorsOnly] = useState(false);
  const timeline = useQuery({
    queryKey: ['tenant', tenantId, 'timeline', range],
    queryFn: () =>
      answerOf(
        controlPlane.GET('/admin/tenants/{tenantId}/timeline', {
          params: { path: { tenantId }, query: { range } },
        }),
      ) as Promise<Timeline>,
    placeholderData: (before) => before,
  });
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap gap-2">
        <RangeChoice value={range} onChange={setRange} />
        <Button
          kind="plain"
          size="small"
          aria-pressed={errorsOnly}
          onClick={() => setErrorsOnly(!errorsOnly)}
        >
          {errorsOnly ? 'Show everything' : 'Errors only'}
        </Button>
      </div>
      <Answer of={timeline} what="The timeline">
        {(data) => (
          <div className="live flex flex-col gap-4">
            <Band timeline={data} />
            <Card isFlush title="What happened">
              <Events tenantId={tenantId} events={errorsOnly ? data.events.filter(isTrouble) : data.events} />
              {data.isCut ? <p className="p-4 text-sm text-soft">The newest thousand are shown.</p> : null}
            </Card>
          </div>
        )}
      </Answer>
    </div>
  );
}

function Band({ timeline: { from, to, band } }: { timeline: Timeline }) {
  const reasonOf = useReasons();
  const [start, end] = [Date.parse(from), Date.parse(to)];
  const share = (a: string, b: string) => (100 * (Date.parse(b) - Date.parse(a))) / (end - start);
  const totals = new Map<string, number>();
  for (const part of band) {
    const { label } = statusWords[part.status];
    totals.set(label, (totals.get(label) ?? 0) + Date.parse(part.to) - Date.parse(part.from));
  }
  const summary = [...totals].map(([label, ms]) => `${label} ${span(ms)}`).join(', ');
  return (
    <figure>
      <div
        role="img"
        aria-label={`Status from ${clock(from)} to ${clock(to)}: ${summary || 'not known'}`}
        className="flex h-8 overflow-hidden rounded-lg bg-sunken"
      >
        {band[0] ? <div style={{ width: `${share(from, band[0].from)}%` }} /> : null}
        {band.map((part) => {
          const { label, tone } = statusWords[part.status];
          const reason = reasonOf(part.reason)?.label;
          return (
            <div
              key={part.from}
              title={`${label}${reason ? `: ${reason}` : ''}, ${clock(part.from)} to ${clock(part.to)}`}
              className={classNames('min-w-px', fills[tone])}
              style={{ width: `${share(part.from, part.to)}%` }}
            />
          );
        })}
      </div>
      <figcaption className="mt-1 flex flex-wrap justify-between gap-x-4 text-sm text-soft">
        <Clock at={from} />
        <span>{summary || 'No status is known of this time.'}</span>
        <Clock at={to} />
      </figcaption>
    </figure>
  );
}

function Events({ tenantId, events }: { tenantId: string; events: readonly TenantEvent[] }) {
  const reasonOf = useReasons();
  if (events.length === 0) return <Empty title="Nothing happened in this time." />;
  return (
    <Table label="Events" head={['When', 'What', 'Particulars', '']}>
      {events.map((event) => (
        <Row key={event.id}>
          <Cell className="whitespace-nowrap">
            <Ago at={event.at} />
          </Cell>
          <Cell className="font-medium whitespace-nowrap">{wordsOf(event)}</Cell>
          <Cell className="text-soft">
            {[
              reasonOf((event.data['reason'] ?? null) as Parameters<typeof reasonOf>[0])?.label,
              textOf(event.data['detail']),
              textOf(event.data['by']) === '' ? '' : `by ${textOf(event.data['by'])}`,
            ]
              .filter((part) => part)
              .join(', ')}
          </Cell>
          <Cell className="text-right whitespace-nowrap">
            {isTrouble(event) ? (
              <a
                href={`/fleet/${tenantId}?tab=logs&level=debug&at=${encodeURIComponent(event.at)}`}
                className="text-accent underline"
              >
                Log then
              </a>
            ) : null}
          </Cell>
        </Row>
      ))}
    </Table>
  );
}

function wordsOf({ type, data }: TenantEvent): string {
  switch (type) {
    case 'tenant.status':
      return `Became ${statusWords[data['status'] as keyof typeof statusWords]?.label.toLowerCase() ?? 'unknown'}`;
    case 'session.state':
      return `Session ${textOf(data['state']).toLowerCase().replaceAll('_', ' ')}`;
    case 'action.requested':
      return `Asked: ${textOf(data['action'])}`;
    default: {
      const words = type.replaceAll('.', ' ').replaceAll('_', ' ');
      return words.charAt(0).toUpperCase() + words.slice(1);
    }
  }
}

const isTrouble = ({ type, data }: TenantEvent) =>
  type === 'incident.opened' ||
  type === 'worker.ended' ||
  (type === 'tenant.status' && ['ERROR', 'RECOVERING'].includes(textOf(data['status'])));

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
