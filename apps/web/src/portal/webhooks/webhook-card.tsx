'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { CreatedWebhook, Webhook } from '@wafleet/contracts';
import { useState } from 'react';
import { ActionButton } from '@/calls/action-button';
import { answerOf, controlPlane, sentenceOf } from '@/calls/control-plane';
import { Button } from '@/ui/button';
import { Card } from '@/ui/card';
import { Mark, type Tone } from '@/ui/mark';
import { tell, tellFailure } from '@/ui/toast';
import { Ago, Clock } from '@/ui/time';
import { useWorkspace } from '../workspace';
import { Deliveries } from './deliveries';

const at = '/portal/tenant/current/webhooks/{webhookId}';

const looks: Record<Webhook['state'], { tone: Tone; word: string }> = {
  ACTIVE: { tone: 'good', word: 'Works' },
  PAUSED: { tone: 'warn', word: 'Paused' },
  DISABLED: { tone: 'rest', word: 'Off' },
};

/** How long the former secret signs too, so that a program can change over. */
const keepSeconds = 86_400;

export function WebhookCard({
  webhook,
  onSecret,
}: {
  webhook: Webhook;
  onSecret: (webhook: CreatedWebhook) => void;
}) {
  const [isShown, setShown] = useState(false);
  const { role } = useWorkspace();
  const { tone, word } = looks[webhook.state];
  return (
    <Card title={<span className="break-all">{webhook.url}</span>} aside={<Mark tone={tone}>{word}</Mark>}>
      <p className="text-sm text-soft">
        {webhook.description ? `${webhook.description}. ` : ''}
        {webhook.events === null ? 'All events' : webhook.events.join(', ')}, {word.toLowerCase()} since{' '}
        <Clock at={webhook.stateSince} />.
      </p>
      {webhook.reason ? (
        <p className="mt-2 text-sm">
          {webhook.reason.explanation}
          {webhook.nextAttemptAt ? (
            <>
              {' '}
              Tried again <Ago at={webhook.nextAttemptAt} />; nothing is lost.
            </>
          ) : null}
        </p>
      ) : null}
      <div className="mt-4 flex flex-wrap gap-2">
        <Button kind="plain" size="small" aria-expanded={isShown} onClick={() => setShown(!isShown)}>
          {isShown ? 'Hide deliveries' : 'Show deliveries'}
        </Button>
        {role === 'OWNER' ? <OwnersActs webhook={webhook} onSecret={onSecret} /> : null}
      </div>
      {isShown ? <Deliveries webhookId={webhook.id} /> : null}
    </Card>
  );
}

function OwnersActs({
  webhook,
  onSecret,
}: {
  webhook: Webhook;
  onSecret: (webhook: CreatedWebhook) => void;
}) {
  const answers = useQueryClient();
  const path = { webhookId: webhook.id };
  const onDone = () => void answers.invalidateQueries({ queryKey: ['webhooks'] });
  const isOn = webhook.state === 'ACTIVE';
  return (
    <>
      <TestButton webhookId={webhook.id} />
      <ActionButton
        kind="plain"
        size="small"
        label={isOn ? 'Switch off' : 'Switch on'}
        busyLabel="Switching…"
        doneText={isOn ? 'The webhook is off' : 'The webhook is on'}
        {...(isOn
          ? {
              confirm: {
                title: `Switch off ${webhook.url}?`,
                text: 'What happens meanwhile is not kept for it.',
              },
            }
          : {})}
        act={() => answerOf(controlPlane.PATCH(at, { params: { path }, body: { isEnabled: !isOn } }))}
        onDone={onDone}
      />
      <ActionButton
        kind="plain"
        size="small"
        label="New secret"
        busyLabel="Making one…"
        doneText="There is a new secret"
        confirm={{
          title: 'Make a new secret?',
          text: 'The one before signs too for a day, so that nothing is refused meanwhile.',
        }}
        act={async () =>
          onSecret(
            await answerOf(
              controlPlane.POST(`${at}/rotate-secret`, { params: { path }, body: { keepSeconds } }),
            ),
          )
        }
        onDone={onDone}
      />
      <ActionButton
        kind="danger"
        size="small"
        label="Remove"
        busyLabel="Removing…"
        doneText="The webhook is removed"
        confirm={{
          title: `Remove ${webhook.url}?`,
          text: 'Its deliveries are removed with it. Messages stay.',
        }}
        act={() => answerOf(controlPlane.DELETE(at, { params: { path } }))}
        onDone={onDone}
      />
    </>
  );
}

/** What came of a test is the answer, not that it was sent. */
function TestButton({ webhookId }: { webhookId: string }) {
  const tested = useMutation({
    mutationFn: () => answerOf(controlPlane.POST(`${at}/test`, { params: { path: { webhookId } } })),
    onSuccess: ({ isTaken, responseCode, problem }) => {
      const answer = responseCode === null ? 'It gave no answer.' : `It answered ${responseCode}.`;
      if (isTaken) tell('The test was taken', { text: answer });
      else tellFailure('The test was not taken', `${answer} ${problem?.explanation ?? ''}`);
    },
    onError: (error) => tellFailure('The test could not be sent', sentenceOf(error)),
  });
  return (
    <Button kind="plain" size="small" disabled={tested.isPending} onClick={() => tested.mutate()}>
      {tested.isPending ? 'Testing…' : 'Send a test'}
    </Button>
  );
}
