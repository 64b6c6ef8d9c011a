'use client';

import { useQueryClient } from '@tanstack/react-query';
import type { WebhookDelivery } from '@wafleet/contracts';
import { useState } from 'react';
import { ActionButton } from '@/calls/action-button';
import { Answer } from '@/calls/answer';
import { answerOf, controlPlane } from '@/calls/control-plane';
import { Older } from '@/calls/older';
import { Mark } from '@/ui/mark';
import { Empty } from '@/ui/notice';
import { Cell, Row, Table } from '@/ui/table';
import { Tabs } from '@/ui/tabs';
import { Ago, Clock } from '@/ui/time';
import { AttemptLog } from '@/webhooks/attempt-log';
import { answerWords, deliveryLooks } from '@/webhooks/delivery-looks';
import { useDeliveries } from '../answers';
import { useWorkspace } from '../workspace';

type State = WebhookDelivery['state'];

const tabs: { id: State | 'ALL'; label: string }[] = [
  { id: 'ALL', label: 'All' },
  { id: 'DELIVERED', label: 'Delivered' },
  { id: 'PENDING', label: 'Waiting' },
  { id: 'PARKED', label: 'Refused' },
  { id: 'DEAD', label: 'Given up' },
];

/** What was and is to be sent to one endpoint. */
export function Deliveries({ webhookId }: { webhookId: string }) {
  const [tab, setTab] = useState('ALL');
  return (
    <div className="mt-4">
      <Tabs
        label="Deliveries"
        value={tab}
        onChange={setTab}
        tabs={tabs.map(({ id, label }) => ({
          id,
          label,
          content: <DeliveryTable webhookId={webhookId} state={id === 'ALL' ? null : id} />,
        }))}
      />
    </div>
  );
}

function DeliveryTable({ webhookId, state }: { webhookId: string; state: State | null }) {
  const deliveries = useDeliveries(webhookId, state);
  return (
    <Answer of={deliveries} what="The deliveries">
      {({ pages }) => {
        const items = pages.flatMap((page) => page.items);
        if (items.length === 0)
          return <Empty title="None" text="Deliveries appear here when something happens." />;
        return (
          <>
            <Table label="Deliveries" head={['Event', 'State', 'Attempts', 'Answer', 'Queued', '']}>
              {items.map((delivery) => (
                <DeliveryRow key={delivery.id} delivery={delivery} />
              ))}
            </Table>
            <Older of={deliveries} />
          </>
        );
      }}
    </Answer>
  );
}

function DeliveryRow({ delivery }: { delivery: WebhookDelivery }) {
  const { id, webhookId, event, state, queuedAt, nextAttemptAt } = delivery;
  const answers = useQueryClient();
  const { isReadOnly } = useWorkspace();
  const { tone, word } = deliveryLooks[state];
  const path = { webhookId, deliveryId: id };
  return (
    <Row>
      <Cell>{event.type}</Cell>
      <Cell>
        <Mark tone={tone}>{word}</Mark>
      </Cell>
      <Cell className="tabular-nums">
        <AttemptLog
          delivery={delivery}
          read={() =>
            answerOf(
              controlPlane.GET('/portal/tenant/current/webhooks/{webhookId}/deliveries/{deliveryId}', {
                params: { path },
              }),
            )
          }
        />
        {nextAttemptAt ? (
          <>
            , next <Ago at={nextAttemptAt} />
          </>
        ) : null}
      </Cell>
      <Cell className="max-w-72">{answerWords(delivery) || '–'}</Cell>
      <Cell className="whitespace-nowrap tabular-nums">
        <Clock at={queuedAt} />
      </Cell>
      <Cell>
        {state === 'PENDING' || isReadOnly ? null : (
          <ActionButton
            kind="plain"
            size="small"
            label="Send again"
            busyLabel="Sending…"
            doneText="It is sent again"
            act={() =>
              answerOf(
                controlPlane.POST(
                  '/portal/tenant/current/webhooks/{webhookId}/deliveries/{deliveryId}/replay',
                  {
                    params: { path },
                  },
                ),
              )
            }
            onDone={() => void answers.invalidateQueries({ queryKey: ['deliveries', webhookId] })}
          />
        )}
      </Cell>
    </Row>
  );
}
