'use client';

import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ListMessagesQuery, QrView, TenantEvent, WebhookDelivery } from '@wafleet/contracts';
import { useCallback, useEffect, useRef } from 'react';
import { answerOf, controlPlane } from '@/calls/control-plane';
import { useLiveEvents, useLiveState } from '@/live/live';

/** What of a workspace is asked for, each by its name. */
const at = '/portal/tenant/current';

/** The last check is seconds old; only asking again shows it. */
const statusEveryMs = 5_000;
/** While nothing is told by itself. */
const withoutStreamEveryMs = 3_000;

export function useStatus() {
  const { state } = useLiveState();
  return useQuery({
    queryKey: ['status'],
    queryFn: () => answerOf(controlPlane.GET(`${at}/status`)),
    refetchInterval: state === 'live' ? statusEveryMs : withoutStreamEveryMs,
  });
}

export function useQr(isWanted: boolean) {
  const { state } = useLiveState();
  return useQuery({
    queryKey: ['qr'],
    // As data: the picture is drawn here.
    queryFn: async () => (await answerOf(controlPlane.GET(`${at}/qr`))) as QrView,
    enabled: isWanted,
    staleTime: 0,
    gcTime: 0,
    refetchInterval: state === 'live' ? 15_000 : withoutStreamEveryMs,
  });
}

/** Since the last midnight where the viewer is. */
export function useMessagesToday() {
  const midnight = new Date();
  midnight.setHours(0, 0, 0, 0);
  const after = midnight.toISOString();
  return useQuery({
    queryKey: ['newest', 'counts', after],
    queryFn: () => answerOf(controlPlane.GET(`${at}/messages/counts`, { params: { query: { after } } })),
  });
}

export type MessageFilter = Pick<ListMessagesQuery, 'direction' | 'status' | 'chatId' | 'after' | 'before'>;

export function useMessages(filter: MessageFilter, limit = 50) {
  return useInfiniteQuery({
    queryKey: ['messages', filter, limit],
    queryFn: ({ pageParam }) =>
      answerOf(
        controlPlane.GET(`${at}/messages`, {
          params: { query: { ...filter, limit, ...(pageParam === null ? {} : { cursor: pageParam }) } },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
}

export function useLog(limit: number) {
  return useQuery({
    queryKey: ['log', limit],
    queryFn: () => answerOf(controlPlane.GET(`${at}/logs`, { params: { query: { limit } } })),
  });
}

export function useWebhooks() {
  return useQuery({
    queryKey: ['webhooks'],
    queryFn: () => answerOf(controlPlane.GET(`${at}/webhooks`)),
  });
}

export function useDeliveries(webhookId: string, state: WebhookDelivery['state'] | null) {
  return useInfiniteQuery({
    queryKey: ['deliveries', webhookId, state],
    queryFn: ({ pageParam }) =>
      answerOf(
        controlPlane.GET(`${at}/webhooks/{webhookId}/deliveries`, {
          params: {
            path: { webhookId },
            query: {
              limit: 50,
              ...(state === null ? {} : { state }),
              ...(pageParam === null ? {} : { cursor: pageParam }),
            },
          },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    refetchInterval: 5_000,
  });
}

/** Gathers what comes together: a burst of messages asks once. */
const gatherMs = 200;

/** Has answers fetched again when an event says that they are no longer true. Once per page, around everything. */
export function useFreshAnswers(): void {
  const answers = useQueryClient();
  const due = useRef({
    names: new Set<string>(),
    timer: undefined as ReturnType<typeof setTimeout> | undefined,
  });
  useEffect(() => {
    const { current } = due;
    return () => clearTimeout(current.timer);
  }, []);
  const onEvent = useCallback(
    (event: TenantEvent) => {
      const { current } = due;
      for (const name of namesFor(event)) current.names.add(name);
      current.timer ??= setTimeout(() => {
        current.timer = undefined;
        for (const name of current.names) void answers.invalidateQueries({ queryKey: [name] });
        current.names.clear();
      }, gatherMs);
    },
    [answers],
  );
  useLiveEvents(onEvent);
}

/** Messages are not among them: their page says that there are new ones, and does not jump. */
function namesFor({ type }: TenantEvent): string[] {
  if (/^(tenant\.status|session\.|worker\.)/.test(type)) return ['status', 'qr', 'log'];
  if (type.startsWith('webhook.')) return ['webhooks', 'log'];
  if (type.startsWith('key.')) return ['keys', 'log'];
  if (type.startsWith('message.')) return ['status', 'newest', 'log'];
  return ['log'];
}
