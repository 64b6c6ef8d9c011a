'use client';

import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import type { Message, MessageStatus } from '@wafleet/contracts';
import { useState } from 'react';
import { Answer } from '@/calls/answer';
import { answerOf, controlPlane, sentenceOf } from '@/calls/control-plane';
import { Older } from '@/calls/older';
import { Button } from '@/ui/button';
import { Card } from '@/ui/card';
import { Dialog, DialogButtons } from '@/ui/dialog';
import { Mark, type Tone } from '@/ui/mark';
import { Empty, Failed } from '@/ui/notice';
import { Cell, Row, Table } from '@/ui/table';
import { Ago } from '@/ui/time';
import { useMayAct } from '../../operator';

const tones: Partial<Record<MessageStatus, Tone>> = {
  QUEUED: 'busy',
  SENDING: 'busy',
  FAILED: 'bad',
  EXPIRED: 'bad',
  UNCERTAIN: 'warn',
  CANCELLED: 'rest',
};

/** What becomes of its messages. What they say is the tenant's, and comes only with a reveal, which is on record. */
export function MessagesTab({ tenantId }: { tenantId: string }) {
  const mayAct = useMayAct();
  const messages = useInfiniteQuery({
    queryKey: ['messages', tenantId],
    queryFn: ({ pageParam }) =>
      answerOf(
        controlPlane.GET('/admin/tenants/{tenantId}/messages', {
          params: {
            path: { tenantId },
            query: { limit: 50, ...(pageParam === '' ? {} : { cursor: pageParam }) },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    refetchInterval: ({ state: { data } }) => ((data?.pages.length ?? 0) > 1 ? false : 5_000),
  });
  return (
    <Card isFlush>
      <Answer of={messages} what="The messages">
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0) return <Empty title="No messages yet." />;
          return (
            <div className="live">
              <Table label="Messages" head={['When', 'Direction', 'Type', 'Status', 'Why', 'Text']}>
                {items.map((message) => (
                  <Row key={message.id}>
                    <Cell className="whitespace-nowrap">
                      <Ago at={message.timestamp} />
                    </Cell>
                    <Cell>{message.direction === 'INBOUND' ? 'In' : 'Out'}</Cell>
                    <Cell>{message.type}</Cell>
                    <Cell>
                      <Mark tone={tones[message.status] ?? 'good'}>{message.status.toLowerCase()}</Mark>
                    </Cell>
                    <Cell>{message.error?.message ?? ''}</Cell>
                    <Cell>
                      {mayAct ? (
                        <Reveal tenantId={tenantId} messageId={message.id} />
                      ) : (
                        <span className="text-soft">Hidden</span>
                      )}
                    </Cell>
                  </Row>
                ))}
              </Table>
            </div>
          );
        }}
      </Answer>
      <Older of={messages} />
    </Card>
  );
}

/** Asks first, because whose texts were read is on record, and the tenant's people see it. */
function Reveal({ tenantId, messageId }: { tenantId: string; messageId: string }) {
  const [isAsking, setAsking] = useState(false);
  const reveal = useMutation({
    mutationFn: () =>
      answerOf(
        controlPlane.POST('/admin/tenants/{tenantId}/messages/{messageId}/reveal', {
          params: { path: { tenantId, messageId } },
        }),
      ),
    onSettled: () => setAsking(false),
  });
  if (reveal.data) return <p className="max-w-md break-words whitespace-pre-wrap">{shown(reveal.data)}</p>;
  return (
    <>
      <Button kind="plain" size="small" disabled={reveal.isPending} onClick={() => setAsking(true)}>
        {reveal.isPending ? 'Revealing…' : 'Reveal'}
      </Button>
      {reveal.isError ? (
        <Failed className="mt-2" title="Not revealed" text={sentenceOf(reveal.error)} />
      ) : null}
      <Dialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title="Reveal what this message says?"
        text="It is the tenant's. That you read it is written to the audit log, where the tenant's people see it too."
      >
        <DialogButtons>
          <Button kind="plain" onClick={() => setAsking(false)}>
            Cancel
          </Button>
          <Button disabled={reveal.isPending} onClick={() => reveal.mutate()}>
            Reveal
          </Button>
        </DialogButtons>
      </Dialog>
    </>
  );
}

const shown = ({ body, type, revokedAt }: Message) =>
  revokedAt !== null ? 'Deleted for everybody' : body === '' ? `(${type}, without a text)` : body;
