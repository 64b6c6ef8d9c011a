'use client';

import { useQuery } from '@tanstack/react-query';
import type { WebhookDelivery, WebhookDeliveryDetails } from '@wafleet/contracts';
import { useState } from 'react';
import { Answer } from '@/calls/answer';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { Cell, Row, Table } from '@/ui/table';
import { Clock } from '@/ui/time';
import { answerWords } from './delivery-looks';

interface Of {
  delivery: WebhookDelivery;
  /** Asks for the delivery with its attempts. */
  read: () => Promise<WebhookDeliveryDetails>;
}

/** How often one delivery was tried; what came of each is a press away. */
export function AttemptLog({ delivery, read }: Of) {
  const [isOpen, setOpen] = useState(false);
  const { event, attempts } = delivery;
  if (attempts === 0) return attempts;
  return (
    <>
      <Button
        kind="plain"
        size="small"
        aria-label={`${attempts} attempts of ${event.type}: show them`}
        onClick={() => setOpen(true)}
      >
        {attempts}
      </Button>
      <Dialog
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        title={`Attempts: ${event.type}`}
        text="The latest of this delivery, oldest first."
      >
        {isOpen ? <Attempts delivery={delivery} read={read} /> : null}
      </Dialog>
    </>
  );
}

function Attempts({ delivery: { id, webhookId }, read }: Of) {
  const details = useQuery({ queryKey: ['delivery', webhookId, id], queryFn: read });
  return (
    <Answer of={details} what="The attempts">
      {({ attemptLog }) => (
        <Table label="Attempts" head={['When', 'Took', 'Answer']}>
          {attemptLog.map(({ at, durationMs, responseCode, problem }) => (
            <Row key={at}>
              <Cell className="whitespace-nowrap tabular-nums">
                <Clock at={at} />
              </Cell>
              <Cell className="whitespace-nowrap tabular-nums">{durationMs} ms</Cell>
              <Cell>{answerWords({ responseCode, problem })}</Cell>
            </Row>
          ))}
        </Table>
      )}
    </Answer>
  );
}
