'use client';

import { useQuery } from '@tanstack/react-query';
import { Answer } from '@/calls/answer';
import { answerOf, controlPlane } from '@/calls/control-plane';
import { Empty } from '@/ui/notice';
import { MessageRows } from './messages/message-rows';

/** The ten newest; they change as they come, because nobody reads on from here. */
export function NewestMessages({ account }: { account: string | null }) {
  const newest = useQuery({
    queryKey: ['newest'],
    queryFn: () =>
      answerOf(controlPlane.GET('/portal/tenant/current/messages', { params: { query: { limit: 10 } } })),
  });
  return (
    <Answer of={newest} what="The messages">
      {({ items }) =>
        items.length === 0 ? (
          <Empty
            title="No messages yet"
            text={
              account === null
                ? 'They appear here once WhatsApp is connected.'
                : `Send one to +${account} to try it.`
            }
          />
        ) : (
          <MessageRows messages={items} />
        )
      }
    </Answer>
  );
}
