'use client';

import { useQuery } from '@tanstack/react-query';
import type { Health } from '@wafleet/contracts';
import { Answer } from '@/calls/answer';
import { Refused } from '@/calls/control-plane';
import { PageTitle } from '@/frame/frame';
import { Card } from '@/ui/card';
import { CopyButton } from '@/ui/copy-button';
import { Mark } from '@/ui/mark';
import { Cell, Row, Table } from '@/ui/table';

const timeoutMs = 10_000;

/** Every part that the control plane needs, and what to do where one is not well. */
export function HealthPage() {
  const health = useQuery({ queryKey: ['health'], queryFn: readHealth, refetchInterval: 5_000 });
  return (
    <>
      <PageTitle title="Health" text="The control plane and what it needs; the same as /readyz says." />
      <Answer of={health} what="The health">
        {(report) => (
          <div className="live flex flex-col gap-4">
            <Card
              aside={<CopyButton text={JSON.stringify(report, null, 2)} label="Copy as JSON" />}
              title={
                <span className="flex items-center gap-3">
                  {report.isReady ? <Mark tone="good">Ready</Mark> : <Mark tone="bad">Not ready</Mark>}
                  {report.role === 'active' ? 'This is the active control plane.' : 'It stands by.'}
                </span>
              }
              isFlush
            >
              <Table label="Parts" head={['Part', 'State', 'What is wrong', 'What to do']}>
                {report.components.map(({ name, isWell, problem, solution }) => (
                  <Row key={name}>
                    <Cell className="font-medium">{name}</Cell>
                    <Cell>{isWell ? <Mark tone="good">Well</Mark> : <Mark tone="bad">Not well</Mark>}</Cell>
                    <Cell>{problem ?? ''}</Cell>
                    <Cell>{solution ?? ''}</Cell>
                  </Row>
                ))}
              </Table>
            </Card>
          </div>
        )}
      </Answer>
    </>
  );
}

/** A report that says no comes as a problem, which holds the same parts. */
async function readHealth(): Promise<Health> {
  const response = await fetch('/api/health', { signal: AbortSignal.timeout(timeoutMs) }).catch(() => null);
  const report = (await response?.json().catch(() => null)) as Health | null | undefined;
  if (!response || !report?.components) throw new Refused(response?.status ?? 0, null);
  return report;
}
