import {
  capacitySchema,
  fleetSnapshotSchema,
  pageOf,
  reasonCodes,
  reasonViewSchema,
} from '@wafleet/contracts';
import { z } from 'zod';
import type { CapacityView } from '../../fleet/capacity';
import type { FleetFeed } from '../../fleet/fleet-feed';
import type { FleetStreams } from '../../fleet/fleet-streams';
import type { Drain } from '../../supervisor/drain';
import { defineRoute, type Route, StreamReply } from '../../http/routing/route';
import { streamHeaders, streamQuery } from '../../live/stream-route';
import { reasonView } from '../../tenants/tenant-view';

export interface FleetRouteServices {
  fleet: Pick<FleetFeed, 'snapshot'>;
  fleetStreams: FleetStreams;
  capacity: CapacityView;
  drain: Pick<Drain, 'begin' | 'end'>;
}

export function fleetRoutes({ fleet, fleetStreams, capacity, drain }: FleetRouteServices): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/admin/fleet',
      summary: 'All tenants as a table shows them, at one moment',
      auth: 'admin',
      response: fleetSnapshotSchema,
      handle: () => fleet.snapshot(),
    }),
    defineRoute({
      method: 'GET',
      path: '/admin/fleet/live',
      summary: 'What changes in it, as server-sent events; goes on after Last-Event-ID',
      auth: 'admin',
      query: streamQuery,
      headers: streamHeaders,
      response: z.string(),
      mediaTypes: ['text/event-stream'],
      errors: ['UNAVAILABLE'],
      handle: ({ query, headers, caller: { isStillAllowed } }) => {
        const after = headers['last-event-id'] ?? query.after ?? null;
        return new StreamReply(fleetStreams.prepare({ after, isStillAllowed }).open);
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/admin/reasons',
      summary: 'Every reason with its words',
      auth: 'admin',
      response: pageOf(reasonViewSchema),
      handle: () => ({ items: reasonCodes.flatMap((code) => reasonView(code) ?? []), nextCursor: null }),
    }),
    defineRoute({
      method: 'GET',
      path: '/admin/capacity',
      summary: 'Memory and cores, and which workers boot or wait for that',
      auth: 'admin',
      response: capacitySchema,
      handle: () => capacity.read(),
    }),
    defineRoute({
      method: 'POST',
      path: '/admin/capacity/drain',
      summary: 'End every worker, and start none until they may run again; what is wanted of tenants stays',
      auth: 'admin',
      status: 202,
      response: capacitySchema,
      handle: async ({ caller }) => {
        await drain.begin(caller.actor.label);
        return capacity.read();
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/admin/capacity/resume',
      summary: 'Let workers run again after a drain; repeats change nothing',
      auth: 'admin',
      status: 202,
      response: capacitySchema,
      handle: async () => {
        await drain.end();
        return capacity.read();
      },
    }),
  ];
}
