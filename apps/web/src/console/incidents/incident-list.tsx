'use client';

import { useQuery } from '@tanstack/react-query';
import type { IncidentState } from '@wafleet/contracts';
import Link from 'next/link';
import { Answer } from '@/calls/answer';
import { answerOf, controlPlane } from '@/calls/control-plane';
import { Card } from '@/ui/card';
import { Mark } from '@/ui/mark';
import { Empty } from '@/ui/notice';
import { Cell, Row, Table } from '@/ui/table';
import { Ago } from '@/ui/time';

interface Listed {
  resolvedAt: string | null;
  acknowledgedAt: string | null;
}

export function IncidentMark({ of: { resolvedAt, acknowledgedAt } }: { of: Listed }) {
  if (resolvedAt !== null) return <Mark tone="good">Resolved</Mark>;
  return acknowledgedAt === null ? <Mark tone="bad">Open</Mark> : <Mark tone="warn">Acknowledged</Mark>;
}

/** What went wrong with one tenant, newest first. */
export function IncidentList({ tenantId }: { tenantId: string }) {
  const incidents = useQuery({
    queryKey: ['tenant', tenantId, 'incidents'],
    queryFn: () =>
      answerOf(
        controlPlane.GET('/admin/tenants/{tenantId}/incidents', {
          params: { path: { tenantId }, query: { limit: 100 } },
        }),
      ),
  });
  return (
    <Card isFlush>
      <Answer of={incidents} what="The incidents">
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="Nothing went wrong." text="Incidents are kept for 30 days." />
          ) : (
            <div className="live">
              <Table
                label="Incidents"
                head={['Incident', 'State', 'Began', 'Last seen', 'Times', 'Particulars']}
              >
                {items.map((incident) => (
                  <Row key={incident.id}>
                    <Cell>
                      <Link href={`/incidents/${incident.id}`} className="font-medium hover:underline">
                        {incident.reason?.label ?? 'Unknown'}
                      </Link>
                    </Cell>
                    <Cell>
                      <IncidentMark of={incident} />
                    </Cell>
                    <Cell className="whitespace-nowrap">
                      <Ago at={incident.openedAt} />
                    </Cell>
                    <Cell className="whitespace-nowrap">
                      <Ago at={incident.lastSeenAt} />
                    </Cell>
                    <Cell>{incident.count}</Cell>
                    <Cell className="text-soft">{incident.detail ?? ''}</Cell>
                  </Row>
                ))}
              </Table>
            </div>
          )
        }
      </Answer>
    </Card>
  );
}

export const incidentStates: { id: IncidentState; label: string; empty: string }[] = [
  { id: 'open', label: 'Open', empty: 'Nothing is open. What goes wrong appears here by itself.' },
  { id: 'acknowledged', label: 'Acknowledged', empty: 'Nothing that somebody knows of still goes on.' },
  { id: 'resolved', label: 'Resolved', empty: 'Nothing was resolved in the last 30 days.' },
];
