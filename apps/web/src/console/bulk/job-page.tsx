'use client';

import { useQuery } from '@tanstack/react-query';
import type { BulkItemState } from '@wafleet/contracts';
import { ActionButton } from '@/calls/action-button';
import { Answer } from '@/calls/answer';
import { answerOf, controlPlane } from '@/calls/control-plane';
import { PageTitle } from '@/frame/frame';
import { Ago } from '@/ui/time';
import { useMayAct } from '../operator';
import { OutcomeTable } from '../outcome-table';
import { useAddressState } from '../use-address-state';
import { actionWords, countOf, itemWords } from './action-words';

const lookEveryMs = 1_500;
const states = Object.keys(itemWords) as BulkItemState[];

/** How far an action on many tenants is, and what came of each. */
export function JobPage({ jobId }: { jobId: string }) {
  const mayAct = useMayAct();
  const params = { path: { jobId } };
  const [state, setState] = useAddressState('state', '');
  const chosen = states.find((one) => one === state);
  const job = useQuery({
    queryKey: ['bulk', jobId],
    queryFn: () => answerOf(controlPlane.GET('/admin/bulk/{jobId}', { params })),
    refetchInterval: ({ state: { data } }) => (data?.endedAt ? false : lookEveryMs),
  });
  const items = useQuery({
    queryKey: ['bulk', jobId, 'items', chosen, job.data?.endedAt],
    queryFn: () =>
      answerOf(
        controlPlane.GET('/admin/bulk/{jobId}/items', {
          params: { ...params, query: { limit: 200, ...(chosen ? { state: chosen } : {}) } },
        }),
      ),
    refetchInterval: () => (job.data?.endedAt ? false : lookEveryMs),
    placeholderData: (before) => before,
  });
  const again = () => void job.refetch();

  return (
    <Answer of={job} what="The job">
      {({ action, by, createdAt, stoppedAt, endedAt, counts }) => {
        const total = states.reduce((sum, one) => sum + (counts[one] ?? 0), 0);
        const settled = total - (counts.WAITING ?? 0) - (counts.UNDER_WAY ?? 0);
        return (
          <>
            <PageTitle
              title={`${actionWords[action].verb} ${countOf(total)}`}
              text={
                <>
                  By {by}, <Ago at={createdAt} />.{' '}
                  {endedAt
                    ? 'Ended.'
                    : stoppedAt
                      ? 'The rest was stopped.'
                      : 'Goes on by itself; this page may be closed.'}
                </>
              }
            >
              {mayAct ? (
                <div className="flex gap-2">
                  {(counts.WAITING ?? 0) > 0 ? (
                    <ActionButton
                      kind="danger"
                      label="Stop the rest"
                      busyLabel="Stopping…"
                      doneText="The rest is skipped"
                      act={() => answerOf(controlPlane.POST('/admin/bulk/{jobId}/stop', { params }))}
                      onDone={again}
                    />
                  ) : null}
                  {(counts.FAILED ?? 0) > 0 ? (
                    <ActionButton
                      kind="plain"
                      label="Retry failed"
                      busyLabel="Trying again…"
                      doneText="What failed is tried again"
                      act={() => answerOf(controlPlane.POST('/admin/bulk/{jobId}/retry', { params }))}
                      onDone={again}
                    />
                  ) : null}
                </div>
              ) : null}
            </PageTitle>
            <div
              role="progressbar"
              aria-label="Settled"
              aria-valuemin={0}
              aria-valuemax={total}
              aria-valuenow={settled}
              className="live h-2 overflow-hidden rounded-full bg-sunken"
            >
              <div
                className="h-full bg-accent transition-[width]"
                style={{ width: `${total === 0 ? 100 : (100 * settled) / total}%` }}
              />
            </div>
            <div role="group" aria-label="Filter by outcome" className="live my-4 flex flex-wrap gap-2">
              {states.map((one) => (
                <button
                  key={one}
                  type="button"
                  aria-pressed={one === chosen}
                  className={`min-h-10 rounded-lg border px-3 text-sm ${one === chosen ? 'border-accent bg-sunken font-medium' : 'border-line bg-surface'}`}
                  onClick={() => setState(one === chosen ? '' : one)}
                >
                  {itemWords[one].label}{' '}
                  <span className="font-semibold tabular-nums">{counts[one] ?? 0}</span>
                </button>
              ))}
            </div>
            <OutcomeTable
              of={items}
              stateOf={(item) => itemWords[item.state]}
              timeOf={{ heading: 'Settled', at: (item) => item.endedAt }}
              whenEmpty="None of them."
              whenMore="The first 200 are shown; choose an outcome above to see others."
            />
          </>
        );
      }}
    </Answer>
  );
}
