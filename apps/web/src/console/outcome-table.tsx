import type { UseQueryResult } from '@tanstack/react-query';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { Answer } from '@/calls/answer';
import { Card } from '@/ui/card';
import { Mark, type Tone } from '@/ui/mark';
import { Empty } from '@/ui/notice';
import { Cell, Row, Table } from '@/ui/table';
import { Ago } from '@/ui/time';

interface Outcome {
  tenantId: string;
  tenantName: string;
  outcome: string | null;
}

interface OutcomeTableProps<Item extends Outcome> {
  /** The query of the first page. */
  of: UseQueryResult<{ items: Item[]; nextCursor: string | null }>;
  /** What the last column tells the time of. */
  timeOf: { heading: string; at: (item: Item) => string | null };
  stateOf: (item: Item) => { tone: Tone; label: string };
  /** Behind the tenant's name. */
  remark?: (item: Item) => ReactNode;
  whenEmpty: string;
  whenMore: string;
}

/** What something that goes through many tenants has come to for each of them. */
export function OutcomeTable<Item extends Outcome>(props: OutcomeTableProps<Item>) {
  const { of, timeOf, stateOf, remark, whenEmpty, whenMore } = props;
  return (
    <Card isFlush>
      <Answer of={of} what="The tenants">
        {({ items, nextCursor }) =>
          items.length === 0 ? (
            <Empty title={whenEmpty} />
          ) : (
            <div className="live">
              <Table label="Tenants" head={['Tenant', 'State', 'What came of it', timeOf.heading]}>
                {items.map((item) => {
                  const { tone, label } = stateOf(item);
                  const at = timeOf.at(item);
                  return (
                    <Row key={item.tenantId}>
                      <Cell>
                        <Link href={`/fleet/${item.tenantId}`} className="font-medium hover:underline">
                          {item.tenantName}
                        </Link>
                        {remark?.(item)}
                      </Cell>
                      <Cell>
                        <Mark tone={tone}>{label}</Mark>
                      </Cell>
                      <Cell>{item.outcome ?? ''}</Cell>
                      <Cell>{at === null ? '' : <Ago at={at} />}</Cell>
                    </Row>
                  );
                })}
              </Table>
              {nextCursor === null ? null : <p className="p-4 text-sm text-soft">{whenMore}</p>}
            </div>
          )
        }
      </Answer>
    </Card>
  );
}
