'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { Answer } from '@/calls/answer';
import { answerOf, controlPlane } from '@/calls/control-plane';
import { PageTitle } from '@/frame/frame';
import { Card } from '@/ui/card';
import { Mark } from '@/ui/mark';
import { Empty } from '@/ui/notice';
import { Cell, Row, Table } from '@/ui/table';
import { Ago } from '@/ui/time';
import { actionWords, countOf } from './action-words';

/** What was asked for of many tenants lately. */
export function JobsPage() {
  const jobs = useQuery({
    queryKey: ['bulk'],
    queryFn: () => answerOf(controlPlane.GET('/admin/bulk', { params: { query: { limit: 50 } } })),
    refetchInterval: 5_000,
  });
  return (
    <>
      <PageTitle title="Jobs" text="What was asked for of many tenants at once, in the last month." />
      <Card isFlush>
        <Answer of={jobs} what="The jobs">
          {({ items }) =>
            items.length === 0 ? (
              <Empty
                title="No jobs yet."
                text="Select tenants in the fleet, and choose what to do with them."
              />
            ) : (
              <Table label="Jobs" head={['Job', 'State', 'Done', 'Failed', 'Begun', 'By']}>
                {items.map(({ id, action, by, createdAt, endedAt, counts }) => (
                  <Row key={id}>
                    <Cell>
                      <Link href={`/bulk/${id}`} className="font-medium hover:underline">
                        {actionWords[action].verb}{' '}
                        {countOf(Object.values(counts).reduce((sum, count) => sum + count, 0))}
                      </Link>
                    </Cell>
                    <Cell>
                      <Mark tone={endedAt ? 'rest' : 'busy'}>{endedAt ? 'Ended' : 'Under way'}</Mark>
                    </Cell>
                    <Cell>{counts.DONE ?? 0}</Cell>
                    <Cell>{counts.FAILED ?? 0}</Cell>
                    <Cell>
                      <Ago at={createdAt} />
                    </Cell>
                    <Cell>{by}</Cell>
                  </Row>
                ))}
              </Table>
            )
          }
        </Answer>
      </Card>
    </>
  );
}
