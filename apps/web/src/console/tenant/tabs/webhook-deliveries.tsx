'use client';

import { useQuery } from '@tanstack/react-query';
import { Answer } from '@/calls/answer';
import { answerOf, controlPlane } from '@/calls/control-plane';
import { Mark } from '@/ui/mark';
import { Empty } from '@/ui/notice';
import { Cell, Row, Table } from '@/ui/table';
import { Ago } from '@/ui/time';
import { AttemptLog } from '@/webhooks/attempt-log';
import { answerWords, deliveryLooks } from '@/webhooks/delivery-looks';

const at = '/admin/tenants/{tenantId}/webhooks/{webhookId}/deliveries';

/** The latest of one webhook, with what came of each attempt. */
export function WebhookDeliveries({ tenantId, webhookId }: { tenantId: string; webhookId: string }) {
  const path = { tenantId, webhookId };
  const deliveries = useQuery({
    queryKey: ['deliveries', tenantId, webhookId],
    queryFn: () => answerOf(controlPlane.GET(at, { params: { path } })),
    refetchInterval: 10_000,
  });
  return (
    <Answer of={deliveries} what="The deliveries">
      {({ items }) =>
        items.length === 0 ? (
          <Empty title="No deliveries." text="There is one for each event that this webhook is told of." />
        ) : (
          <Table label="Deliveries" head={['Event', 'State', 'Attempts', 'Answer', 'Queued']}>
            {items.map((delivery) => (
              <Row key={delivery.id}>
                <Cell>{delivery.event.type}</Cell>
                <Cell>
                  <Mark tone={deliveryLooks[delivery.state].tone}>{deliveryLooks[delivery.state].word}</Mark>
                </Cell>
                <Cell className="tabular-nums">
                  <AttemptLog
                    delivery={delivery}
                    read={() =>
                      answerOf(
                        controlPlane.GET(`${at}/{deliveryId}`, {
                          params: { path: { ...path, deliveryId: delivery.id } },
                        }),
                      )
                    }
                  />
                  {delivery.nextAttemptAt ? (
                    <>
                      , next <Ago at={delivery.nextAttemptAt} />
                    </>
                  ) : null}
                </Cell>
                <Cell className="max-w-72">{answerWords(delivery) || '–'}</Cell>
                <Cell className="whitespace-nowrap">
                  <Ago at={delivery.queuedAt} />
                </Cell>
              </Row>
            ))}
          </Table>
        )
      }
    </Answer>
  );
}
