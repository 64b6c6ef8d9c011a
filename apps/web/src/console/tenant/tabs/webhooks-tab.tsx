'use client';

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Answer } from '@/calls/answer';
import { answerOf, controlPlane } from '@/calls/control-plane';
import { Button } from '@/ui/button';
import { Card } from '@/ui/card';
import { Mark } from '@/ui/mark';
import { Empty } from '@/ui/notice';
import { Cell, Row, Table } from '@/ui/table';
import { Ago } from '@/ui/time';
import { WebhookDeliveries } from './webhook-deliveries';

const tones = { ACTIVE: 'good', PAUSED: 'warn', DISABLED: 'bad' } as const;

/** Where its programs are told what happens, and whether they take it. */
export function WebhooksTab({ tenantId }: { tenantId: string }) {
  const [shown, setShown] = useState<string | null>(null);
  const webhooks = useQuery({
    queryKey: ['webhooks', tenantId],
    queryFn: () =>
      answerOf(controlPlane.GET('/admin/tenants/{tenantId}/webhooks', { params: { path: { tenantId } } })),
    refetchInterval: 10_000,
  });
  return (
    <Card isFlush>
      <Answer of={webhooks} what="The webhooks">
        {({ items }) =>
          items.length === 0 ? (
            <Empty
              title="No webhooks."
              text="The tenant's own program may have one, by its key or by the portal."
            />
          ) : (
            <div className="live">
              <Table label="Webhooks" head={['Address', 'State', 'Since', 'Why', '']}>
                {items.map((webhook) => (
                  <Row key={webhook.id}>
                    <Cell className="font-mono text-xs break-all">{webhook.url}</Cell>
                    <Cell>
                      <Mark tone={tones[webhook.state]}>{webhook.state.toLowerCase()}</Mark>
                    </Cell>
                    <Cell className="whitespace-nowrap">
                      <Ago at={webhook.stateSince} />
                    </Cell>
                    <Cell>{webhook.reason?.explanation ?? ''}</Cell>
                    <Cell>
                      <Button
                        kind="plain"
                        size="small"
                        aria-expanded={shown === webhook.id}
                        onClick={() => setShown(shown === webhook.id ? null : webhook.id)}
                      >
                        {shown === webhook.id ? 'Hide deliveries' : 'Show deliveries'}
                      </Button>
                    </Cell>
                  </Row>
                ))}
              </Table>
              {items.some(({ id }) => id === shown) && shown !== null ? (
                <WebhookDeliveries key={shown} tenantId={tenantId} webhookId={shown} />
              ) : null}
            </div>
          )
        }
      </Answer>
    </Card>
  );
}
