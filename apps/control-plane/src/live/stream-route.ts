import type { TenantId } from '@wafleet/contracts';
import { z } from 'zod';
import { StreamReply } from '../http/routing/route';
import type { EventStreams, StreamRequest } from './event-streams';

const eventId = z.string().max(100).optional();

/** What the routes of live streams have in common. A first connection of a browser can't send the header: it says `after`. */
export const streamQuery = z.strictObject({ after: eventId });
export const streamHeaders = z.object({ 'last-event-id': eventId });

export function streamReply(
  streams: EventStreams,
  tenantId: TenantId | null,
  request: {
    query: z.output<typeof streamQuery>;
    headers: z.output<typeof streamHeaders>;
    isStillAllowed: () => Promise<boolean>;
    only?: StreamRequest['only'];
  },
): StreamReply {
  const { query, headers, isStillAllowed, only } = request;
  const after = headers['last-event-id'] ?? query.after ?? null;
  const { open } = streams.prepare({
    tenantId,
    after,
    isStillAllowed,
    ...(only === undefined ? {} : { only }),
  });
  return new StreamReply(open);
}
