import {
  createRolloutSchema,
  listRolloutItemsQuerySchema,
  listRolloutsQuerySchema,
  pageOf,
  rolloutItemSchema,
  rolloutSchema,
} from '@wafleet/contracts';
import { ofRollout } from '../../http/input/parameters';
import { defineRoute, type Route } from '../../http/routing/route';
import type { RolloutService } from '../../rollouts/rollout-service';

export interface RolloutRouteServices {
  rollouts: RolloutService;
}

export function rolloutRoutes({ rollouts }: RolloutRouteServices): Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/admin/rollouts',
      summary: 'Bring another build of the worker to all tenants, some first; goes on after the answer',
      auth: 'admin',
      body: createRolloutSchema,
      audited: ['version'],
      status: 202,
      response: rolloutSchema,
      errors: ['ROLLOUT_UNDER_WAY', 'UNAVAILABLE'],
      handle: ({ body, caller }) => rollouts.create(body, caller.actor.label),
    }),
    defineRoute({
      method: 'GET',
      path: '/admin/rollouts',
      summary: 'Builds that were brought to the fleet, newest first',
      auth: 'admin',
      query: listRolloutsQuerySchema,
      response: pageOf(rolloutSchema),
      handle: ({ query }) => rollouts.list(query),
    }),
    defineRoute({
      method: 'GET',
      path: '/admin/rollouts/:rolloutId',
      summary: 'How far it is',
      auth: 'admin',
      params: ofRollout,
      response: rolloutSchema,
      handle: ({ params }) => rollouts.get(params.rolloutId),
    }),
    defineRoute({
      method: 'GET',
      path: '/admin/rollouts/:rolloutId/items',
      summary: 'What came of it for each tenant',
      auth: 'admin',
      params: ofRollout,
      query: listRolloutItemsQuerySchema,
      response: pageOf(rolloutItemSchema),
      handle: ({ params, query }) => rollouts.items(params.rolloutId, query),
    }),
    defineRoute({
      method: 'POST',
      path: '/admin/rollouts/:rolloutId/pause',
      summary: 'Bring it to no further tenant; repeats change nothing',
      auth: 'admin',
      params: ofRollout,
      response: rolloutSchema,
      errors: ['ROLLOUT_NOT_SO'],
      handle: ({ params }) => rollouts.pause(params.rolloutId),
    }),
    defineRoute({
      method: 'POST',
      path: '/admin/rollouts/:rolloutId/resume',
      summary: 'Go on; failures so far are not counted again',
      auth: 'admin',
      params: ofRollout,
      status: 202,
      response: rolloutSchema,
      errors: ['ROLLOUT_NOT_SO'],
      handle: ({ params }) => rollouts.resume(params.rolloutId),
    }),
    defineRoute({
      method: 'POST',
      path: '/admin/rollouts/:rolloutId/back',
      summary: 'Bring the build before back to every tenant that runs this one',
      auth: 'admin',
      params: ofRollout,
      status: 202,
      response: rolloutSchema,
      errors: ['ROLLOUT_NOT_SO', 'NOTHING_TO_GO_BACK_TO', 'UNAVAILABLE'],
      handle: ({ params }) => rollouts.back(params.rolloutId),
    }),
  ];
}
