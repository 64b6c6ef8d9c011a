import {
  bulkItemSchema,
  bulkJobSchema,
  createBulkJobSchema,
  listBulkItemsQuerySchema,
  listBulkJobsQuerySchema,
  pageOf,
} from '@wafleet/contracts';
import type { BulkService } from '../../bulk/bulk-service';
import { ofBulkJob } from '../../http/input/parameters';
import { defineRoute, type Route } from '../../http/routing/route';

export interface BulkRouteServices {
  bulk: BulkService;
}

export function bulkRoutes({ bulk }: BulkRouteServices): Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/admin/bulk',
      summary: 'Start, stop, restart, snapshot or export many tenants, a few at a time, after the answer',
      auth: 'admin',
      body: createBulkJobSchema,
      audited: ['action'],
      status: 202,
      response: bulkJobSchema,
      errors: ['TOO_MANY'],
      handle: ({ body, caller }) => bulk.create(body, caller.actor.label),
    }),
    defineRoute({
      method: 'GET',
      path: '/admin/bulk',
      summary: 'What was asked for of many tenants, newest first',
      auth: 'admin',
      query: listBulkJobsQuerySchema,
      response: pageOf(bulkJobSchema),
      handle: ({ query }) => bulk.list(query),
    }),
    defineRoute({
      method: 'GET',
      path: '/admin/bulk/:jobId',
      summary: 'How far it is',
      auth: 'admin',
      params: ofBulkJob,
      response: bulkJobSchema,
      handle: ({ params }) => bulk.get(params.jobId),
    }),
    defineRoute({
      method: 'GET',
      path: '/admin/bulk/:jobId/items',
      summary: 'What came of it for each tenant, in their order',
      auth: 'admin',
      params: ofBulkJob,
      query: listBulkItemsQuerySchema,
      response: pageOf(bulkItemSchema),
      handle: ({ params, query }) => bulk.items(params.jobId, query),
    }),
    defineRoute({
      method: 'POST',
      path: '/admin/bulk/:jobId/stop',
      summary: 'Skip what has not begun; repeats change nothing',
      auth: 'admin',
      params: ofBulkJob,
      response: bulkJobSchema,
      handle: ({ params }) => bulk.stop(params.jobId),
    }),
    defineRoute({
      method: 'POST',
      path: '/admin/bulk/:jobId/retry',
      summary: 'Try again what failed',
      auth: 'admin',
      params: ofBulkJob,
      status: 202,
      response: bulkJobSchema,
      handle: ({ params }) => bulk.retry(params.jobId),
    }),
  ];
}
