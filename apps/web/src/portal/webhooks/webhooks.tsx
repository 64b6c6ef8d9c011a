'use client';

import type { CreatedWebhook, Webhook } from '@wafleet/contracts';
import { useState } from 'react';
import { Answer } from '@/calls/answer';
import { Card } from '@/ui/card';
import { Empty } from '@/ui/notice';
import { Secret } from '@/ui/secret';
import { useWebhooks } from '../answers';
import { useWorkspace } from '../workspace';
import { NewWebhook, secretWords } from './new-webhook';
import { WebhookCard } from './webhook-card';

/** Endpoints that are told what happens, and how each is doing. */
export function Webhooks() {
  const webhooks = useWebhooks();
  const { role } = useWorkspace();
  const [rotated, setRotated] = useState<CreatedWebhook | null>(null);
  return (
    <div className="live flex flex-col gap-5">
      {role === 'OWNER' ? (
        <div>
          <NewWebhook />
        </div>
      ) : null}
      <Answer of={webhooks} what="The webhooks">
        {({ items }) =>
          items.length === 0 ? (
            <Card>
              <Empty
                title="No webhooks yet"
                text="A webhook is an address of a program of yours. It is told of every message and change, signed, in the order of each chat."
              />
            </Card>
          ) : (
            items.map((webhook: Webhook) => (
              <WebhookCard key={webhook.id} webhook={webhook} onSecret={setRotated} />
            ))
          )
        }
      </Answer>
      <Secret {...secretWords} secret={rotated?.secret ?? null} onClose={() => setRotated(null)} />
    </div>
  );
}
