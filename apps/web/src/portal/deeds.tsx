'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import type { AuditEntry } from '@wafleet/contracts';
import { Answer } from '@/calls/answer';
import { answerOf, controlPlane } from '@/calls/control-plane';
import { Older } from '@/calls/older';
import { Mark, type Tone } from '@/ui/mark';
import { Empty } from '@/ui/notice';
import { Cell, Row, Table } from '@/ui/table';
import { Clock } from '@/ui/time';

const outcomes: Record<AuditEntry['outcome'], { tone: Tone; word: string }> = {
  done: { tone: 'good', word: 'Done' },
  refused: { tone: 'warn', word: 'Refused' },
  failed: { tone: 'bad', word: 'Failed' },
};

/** The audit log of the workspace: who did what, when, from where, and what came of it. */
export function Deeds() {
  const deeds = useInfiniteQuery({
    queryKey: ['deeds'],
    queryFn: ({ pageParam }) =>
      answerOf(
        controlPlane.GET('/portal/tenant/current/audit', {
          params: { query: { limit: 50, ...(pageParam === null ? {} : { cursor: pageParam }) } },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    // An entry is written soon after its answer; who reads on further is left alone.
    refetchInterval: ({ state: { data } }) => (data?.pages.length === 1 ? 5_000 : false),
  });
  return (
    <Answer of={deeds} what="Who did what" lines={6}>
      {({ pages }) => {
        const items = pages.flatMap((page) => page.items);
        if (items.length === 0)
          return (
            <Empty title="Nobody did anything yet" text="Every change is listed here, with who made it." />
          );
        return (
          <>
            <Table label="Who did what" head={['When', 'Who', 'What', 'From', 'Outcome']}>
              {items.map((deed) => (
                <Row key={deed.id}>
                  <Cell className="whitespace-nowrap tabular-nums">
                    <Clock at={deed.at} />
                  </Cell>
                  <Cell>{deed.actor.label}</Cell>
                  <Cell>{whatOf(deed)}</Cell>
                  <Cell className="whitespace-nowrap">{deed.from ?? '–'}</Cell>
                  <Cell>
                    <Mark tone={outcomes[deed.outcome].tone}>{outcomes[deed.outcome].word}</Mark>
                  </Cell>
                </Row>
              ))}
            </Table>
            <Older of={deeds} />
          </>
        );
      }}
    </Answer>
  );
}

/** In words, where the entry has some. */
function whatOf({ action, detail }: AuditEntry): string {
  return typeof detail['what'] === 'string' ? detail['what'] : action;
}
