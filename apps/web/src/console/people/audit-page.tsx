'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import type { AuditEntry } from '@wafleet/contracts';
import Link from 'next/link';
import { Answer } from '@/calls/answer';
import { answerOf, controlPlane } from '@/calls/control-plane';
import { Older } from '@/calls/older';
import { PageTitle } from '@/frame/frame';
import { Card } from '@/ui/card';
import { TextField } from '@/ui/field';
import { Mark } from '@/ui/mark';
import { Empty } from '@/ui/notice';
import { Cell, Row, Table } from '@/ui/table';
import { Ago } from '@/ui/time';
import { useAddressState } from '../use-address-state';

const tones = { done: 'good', refused: 'warn', failed: 'bad' } as const;

/** Who did what to which tenant, when, from where, and whether it was done. */
export function AuditPage() {
  const [actor, setActor] = useAddressState('actor', '');
  const [tenantId, setTenantId] = useAddressState('tenant', '');
  const [action, setAction] = useAddressState('action', '');
  const audit = useInfiniteQuery({
    queryKey: ['audit', actor, tenantId, action],
    queryFn: ({ pageParam }) =>
      answerOf(
        controlPlane.GET('/admin/audit', {
          params: {
            query: {
              limit: 50,
              ...(actor === '' ? {} : { actor }),
              ...(tenantId === '' ? {} : { tenantId }),
              ...(action === '' ? {} : { action }),
              ...(pageParam === '' ? {} : { cursor: pageParam }),
            },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    // An entry is written soon after its answer; who reads on further is left alone.
    refetchInterval: ({ state: { data } }) => (data?.pages.length === 1 ? 5_000 : false),
    placeholderData: (before) => before,
  });
  return (
    <>
      <PageTitle
        title="Audit"
        text="Every changing call: who, what, when, from where, and what came of it."
      />
      <div className="mb-4 grid gap-3 sm:grid-cols-3">
        <TextField
          label="Who"
          hint="An e-mail address, or an id."
          value={actor}
          maxLength={254}
          onChange={(event) => setActor(event.target.value.trim())}
        />
        <TextField
          label="Tenant"
          hint="Its id."
          value={tenantId}
          maxLength={100}
          onChange={(event) => setTenantId(event.target.value.trim())}
        />
        <TextField
          label="What"
          hint="As POST /admin/tenants, or the beginning of it."
          value={action}
          maxLength={300}
          onChange={(event) => setAction(event.target.value)}
        />
      </div>
      <Card isFlush>
        <Answer of={audit} what="The audit">
          {({ pages }) => <Entries items={pages.flatMap((page) => page.items)} />}
        </Answer>
        <Older of={audit} />
      </Card>
    </>
  );
}

function Entries({ items }: { items: readonly AuditEntry[] }) {
  if (items.length === 0) return <Empty title="Nothing was done that matches." />;
  return (
    <Table label="Audit" head={['When', 'Who', 'What', 'Tenant', 'From', 'Outcome']}>
      {items.map((entry) => (
        <Row key={entry.id}>
          <Cell className="whitespace-nowrap">
            <Ago at={entry.at} />
          </Cell>
          <Cell>{entry.actor.label}</Cell>
          <Cell>
            <span className="block">{wordsOf(entry)}</span>
            <span className="font-mono text-xs text-soft">{entry.action}</span>
          </Cell>
          <Cell>
            {entry.tenantId === null ? (
              ''
            ) : (
              <Link href={`/fleet/${entry.tenantId}`} className="font-mono text-xs text-accent underline">
                {entry.tenantId.slice(0, 14)}…
              </Link>
            )}
          </Cell>
          <Cell className="font-mono text-xs">{entry.from ?? ''}</Cell>
          <Cell>
            <Mark tone={tones[entry.outcome]}>
              {entry.outcome} ({entry.status})
            </Mark>
          </Cell>
        </Row>
      ))}
    </Table>
  );
}

function wordsOf({ detail }: AuditEntry): string {
  return Object.values(detail)
    .flatMap((value) => (typeof value === 'string' ? value : []))
    .join(', ');
}
