'use client';

import { useQuery } from '@tanstack/react-query';
import { ActionButton } from '@/calls/action-button';
import { Answer } from '@/calls/answer';
import { answerOf, controlPlane } from '@/calls/control-plane';
import { PageTitle } from '@/frame/frame';
import { Card } from '@/ui/card';
import { Mark } from '@/ui/mark';
import { Empty } from '@/ui/notice';
import { Cell, Row, Table } from '@/ui/table';
import { Ago } from '@/ui/time';
import { useMayAct } from '../operator';
import { NewestRollout } from './newest-rollout';
import { buildName, rolloutWords } from './rollout-words';

const lookEveryMs = 2_000;

/** Builds of the worker on their way through the fleet: the newest with its tenants, and those before. */
export function RolloutsPage() {
  const mayAct = useMayAct();
  const rollouts = useQuery({
    queryKey: ['rollouts'],
    queryFn: () => answerOf(controlPlane.GET('/admin/rollouts', { params: { query: { limit: 50 } } })),
    refetchInterval: lookEveryMs,
  });
  const [newest] = rollouts.data?.items ?? [];
  const isOpen = newest !== undefined && newest.endedAt === null;
  return (
    <>
      <PageTitle
        title="Rollouts"
        text="Another build of the worker comes to a few tenants first, then to all. Nobody scans anew."
      >
        {mayAct && rollouts.isSuccess && !isOpen ? (
          <ActionButton
            kind="plain"
            label="Roll out"
            busyLabel="Beginning…"
            doneText="The rollout has begun"
            confirm={{
              title: 'Roll out the build that is configured now?',
              text: 'One tenant gets it first and is watched for five minutes, then the others, two at a time. Each is away for some seconds; tenants that wait for a scan are left alone. It stops by itself where one fails.',
            }}
            act={() => answerOf(controlPlane.POST('/admin/rollouts', { body: {} as never }))}
            onDone={() => void rollouts.refetch()}
          />
        ) : null}
      </PageTitle>
      <Answer of={rollouts} what="The rollouts">
        {({ items: [first, ...others] }) =>
          first === undefined ? (
            <Card isFlush>
              <Empty title="No rollouts yet." text="Every start takes the build that is configured." />
            </Card>
          ) : (
            <>
              <NewestRollout rollout={first} onChange={() => void rollouts.refetch()} />
              {others.length === 0 ? null : (
                <Card isFlush className="mt-6">
                  <Table label="Earlier rollouts" head={['Build', 'State', 'Begun', 'By']}>
                    {others.map((rollout) => (
                      <Row key={rollout.id}>
                        <Cell>{buildName(rollout.to)}</Cell>
                        <Cell>
                          <Mark tone={rolloutWords[rollout.state].tone}>
                            {rolloutWords[rollout.state].label}
                          </Mark>
                        </Cell>
                        <Cell>
                          <Ago at={rollout.createdAt} />
                        </Cell>
                        <Cell>{rollout.by}</Cell>
                      </Row>
                    ))}
                  </Table>
                </Card>
              )}
            </>
          )
        }
      </Answer>
    </>
  );
}
