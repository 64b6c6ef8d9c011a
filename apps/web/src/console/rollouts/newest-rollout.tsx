'use client';

import { useQuery } from '@tanstack/react-query';
import type { Rollout } from '@wafleet/contracts';
import { ActionButton } from '@/calls/action-button';
import { answerOf, controlPlane } from '@/calls/control-plane';
import { Mark } from '@/ui/mark';
import { Ago } from '@/ui/time';
import { useMayAct } from '../operator';
import { OutcomeTable } from '../outcome-table';
import { buildName, rolloutItemWords, rolloutWords } from './rollout-words';

const lookEveryMs = 2_000;

/** How far it is, what can be done about it, and what came of it for each tenant. */
export function NewestRollout(props: { rollout: Omit<Rollout, 'counts'>; onChange: () => void }) {
  const { rollout, onChange } = props;
  const { id: rolloutId, state, from, to, by, createdAt, stopDetail, endedAt } = rollout;
  const mayAct = useMayAct();
  const path = { rolloutId };
  const items = useQuery({
    queryKey: ['rollouts', rolloutId, 'items', endedAt],
    queryFn: () =>
      answerOf(
        controlPlane.GET('/admin/rollouts/{rolloutId}/items', { params: { path, query: { limit: 200 } } }),
      ),
    refetchInterval: endedAt === null ? lookEveryMs : false,
    placeholderData: (before) => before,
  });
  const act = (verb: 'pause' | 'resume' | 'back') => () =>
    answerOf(controlPlane.POST(`/admin/rollouts/{rolloutId}/${verb}`, { params: { path } }));
  const mayGoBack = from !== null && !['GOING_BACK', 'BACK'].includes(state);

  return (
    <section aria-label="The newest rollout">
      <div className="mb-3 flex flex-wrap items-center gap-3">
        <h2 className="font-semibold">{buildName(to)}</h2>
        <Mark tone={rolloutWords[state].tone}>{rolloutWords[state].label}</Mark>
        <p className="text-sm text-soft">
          By {by}, <Ago at={createdAt} />. {from === null ? '' : `Before: ${buildName(from)}.`}
        </p>
        {mayAct ? (
          <div className="ml-auto flex gap-2">
            {state === 'RUNNING' ? (
              <ActionButton
                kind="plain"
                label="Pause"
                busyLabel="Pausing…"
                doneText="Paused"
                act={act('pause')}
                onDone={onChange}
              />
            ) : null}
            {state === 'PAUSED' || state === 'STOPPED' ? (
              <ActionButton
                kind="plain"
                label="Resume"
                busyLabel="Resuming…"
                doneText="It goes on"
                act={act('resume')}
                onDone={onChange}
              />
            ) : null}
            {mayGoBack ? (
              <ActionButton
                kind="danger"
                label="Take back"
                busyLabel="Taking back…"
                doneText="It is taken back"
                confirm={{
                  title: 'Take this build back?',
                  text: `Every tenant that runs it gets ${from.name} again, a few at a time, and is away for some seconds.`,
                }}
                act={act('back')}
                onDone={onChange}
              />
            ) : null}
          </div>
        ) : null}
      </div>
      {stopDetail === null ? null : <p className="mb-3 text-bad">{stopDetail}</p>}
      <OutcomeTable
        of={items}
        stateOf={(item) => rolloutItemWords[item.state]}
        timeOf={{ heading: 'Begun', at: (item) => item.begunAt }}
        remark={(item) => (item.isCanary ? ' · first' : '')}
        whenEmpty="Every tenant runs it already."
        whenMore="The first 200 are shown."
      />
    </section>
  );
}
