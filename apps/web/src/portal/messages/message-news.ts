'use client';

import { type InfiniteData, useQueryClient } from '@tanstack/react-query';
import type { Message, Page, TenantEvent } from '@wafleet/contracts';
import { useCallback, useState } from 'react';
import { answerOf, controlPlane } from '@/calls/control-plane';
import { useLiveEvents } from '@/live/live';

/** How many messages came since the list was read. What is in it already follows what becomes of it. */
export function useMessageNews(): { count: number; clear: () => void } {
  const answers = useQueryClient();
  const [count, setCount] = useState(0);
  const follow = useCallback(
    async (messageId: string) => {
      const lists = answers.getQueriesData<MessageList>({ queryKey: ['messages'] });
      if (!lists.some(([, list]) => has(list, messageId))) return;
      const message = await answerOf(
        controlPlane.GET('/portal/tenant/current/messages/{messageId}', { params: { path: { messageId } } }),
      );
      answers.setQueriesData<MessageList>(
        { queryKey: ['messages'] },
        (list) => list && withNewer(list, message),
      );
    },
    [answers],
  );
  const onEvent = useCallback(
    ({ type, data }: TenantEvent) => {
      if (type === 'message.received' || type === 'message.sent_from_phone') setCount((before) => before + 1);
      // One that could not be read is read with the next page, or by hand.
      else if (type.startsWith('message.')) follow(String(data['messageId'])).catch(() => undefined);
    },
    [follow],
  );
  useLiveEvents(onEvent);
  return { count, clear: useCallback(() => setCount(0), []) };
}

type MessageList = InfiniteData<Page<Message>>;

function has(list: MessageList | undefined, messageId: string): boolean {
  return list?.pages.some(({ items }) => items.some(({ id }) => id === messageId)) ?? false;
}

function withNewer(list: MessageList, newer: Message): MessageList {
  const pages = list.pages.map((page) => ({
    ...page,
    items: page.items.map((message) => (message.id === newer.id ? newer : message)),
  }));
  return { ...list, pages };
}
