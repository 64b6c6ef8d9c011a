import {
  createdWebhookSchema,
  createWebhookSchema,
  listWebhookDeliveriesQuerySchema,
  pageOf,
  replayWebhookSchema,
  rotateWebhookSecretSchema,
  updateWebhookSchema,
  webhookDeliveryDetailsSchema,
  webhookDeliverySchema,
  webhookReplaySchema,
  webhookSchema,
  webhookTestSchema,
} from '@wafleet/contracts';
import { z } from 'zod';
import { ofWebhook, ofWebhookDelivery } from '../http/input/parameters';
import { defineTenantRoute, type TenantRoute } from '../http/routing/tenant-route';
import type { SendTest } from '../webhooks/sending/send-test';
import type { WebhookDeliveries } from '../webhooks/delivery-service';
import type { WebhookService } from '../webhooks/webhook-service';

export interface WebhookRouteServices {
  webhooks: WebhookService;
  webhookDeliveries: WebhookDeliveries;
  testWebhook: SendTest;
}

export function webhookRoutes(services: WebhookRouteServices): TenantRoute[] {
  const { webhooks, webhookDeliveries, testWebhook } = services;
  return [
    defineTenantRoute({
      method: 'POST',
      path: '/webhooks',
      summary: "Have a program of the tenant's told what happens; the secret that signs is shown this once",
      at: { admin: true, portal: 'OWNER', v1: 'manage' },
      body: createWebhookSchema,
      status: 201,
      response: createdWebhookSchema,
      errors: ['TENANT_ERASING', 'TOO_MANY'],
      handle: ({ tenantId, by, body }) => webhooks.create(tenantId, body, by),
    }),
    defineTenantRoute({
      method: 'GET',
      path: '/webhooks',
      summary: "A tenant's webhooks, newest first; never their secrets",
      at: { admin: true, portal: true, v1: 'manage' },
      response: pageOf(webhookSchema),
      isSilentOnUnknown: true,
      handle: async ({ tenantId }) => ({ items: await webhooks.list(tenantId), nextCursor: null }),
    }),
    defineTenantRoute({
      method: 'GET',
      path: '/webhooks/:webhookId',
      summary: 'One webhook',
      at: { admin: true, portal: true, v1: 'manage' },
      params: ofWebhook,
      response: webhookSchema,
      handle: ({ tenantId, params }) => webhooks.get(tenantId, params.webhookId),
    }),
    defineTenantRoute({
      method: 'PATCH',
      path: '/webhooks/:webhookId',
      summary: 'Change a webhook, switch it off, or on again; that, or another address, ends a pause',
      at: { admin: true, portal: 'OWNER', v1: 'manage' },
      params: ofWebhook,
      body: updateWebhookSchema,
      response: webhookSchema,
      errors: ['TENANT_ERASING'],
      handle: ({ tenantId, by, params, body }) => webhooks.update(tenantId, params.webhookId, body, by),
    }),
    defineTenantRoute({
      method: 'DELETE',
      path: '/webhooks/:webhookId',
      summary: 'Remove a webhook with its deliveries; repeats change nothing',
      at: { admin: true, portal: 'OWNER', v1: 'manage' },
      params: ofWebhook,
      status: 204,
      response: z.void(),
      errors: ['TENANT_ERASING'],
      handle: ({ tenantId, by, params }) => webhooks.remove(tenantId, params.webhookId, by),
    }),
    defineTenantRoute({
      method: 'POST',
      path: '/webhooks/:webhookId/rotate-secret',
      summary: 'Make a new secret, shown this once; the one before signs too for a time',
      at: { admin: true, portal: 'OWNER', v1: 'manage' },
      params: ofWebhook,
      body: rotateWebhookSecretSchema,
      response: createdWebhookSchema,
      errors: ['TENANT_ERASING'],
      handle: ({ tenantId, by, params, body }) => webhooks.rotateSecret(tenantId, params.webhookId, body, by),
    }),
    defineTenantRoute({
      method: 'POST',
      path: '/webhooks/:webhookId/test',
      summary: 'Send a test at once, and say what came of it; what waits stays as it is',
      at: { admin: true, portal: 'OWNER', v1: 'manage' },
      params: ofWebhook,
      response: webhookTestSchema,
      errors: ['TENANT_ERASING'],
      handle: ({ tenantId, params }) => testWebhook(tenantId, params.webhookId),
    }),
    defineTenantRoute({
      method: 'GET',
      path: '/webhooks/:webhookId/deliveries',
      summary: 'What was and is to be sent to it, newest first',
      at: { admin: true, portal: true, v1: 'manage' },
      params: ofWebhook,
      query: listWebhookDeliveriesQuerySchema,
      response: pageOf(webhookDeliverySchema),
      handle: ({ tenantId, params, query }) => webhookDeliveries.list(tenantId, params.webhookId, query),
    }),
    defineTenantRoute({
      method: 'GET',
      path: '/webhooks/:webhookId/deliveries/:deliveryId',
      summary: 'One delivery, with what came of its latest attempts and how long each took',
      at: { admin: true, portal: true, v1: 'manage' },
      params: ofWebhookDelivery,
      response: webhookDeliveryDetailsSchema,
      handle: ({ tenantId, params }) => webhookDeliveries.get(tenantId, params.webhookId, params.deliveryId),
    }),
    defineTenantRoute({
      method: 'POST',
      path: '/webhooks/:webhookId/deliveries/:deliveryId/replay',
      summary: 'Send one again, under the same id; one that waits is left as it is',
      at: { admin: true, portal: true, v1: 'manage' },
      params: ofWebhookDelivery,
      status: 202,
      response: webhookDeliverySchema,
      handle: ({ tenantId, params }) =>
        webhookDeliveries.replay(tenantId, params.webhookId, params.deliveryId),
    }),
    defineTenantRoute({
      method: 'POST',
      path: '/webhooks/:webhookId/replay',
      summary: 'Send everything since a time again, and what was missed for the first time',
      at: { admin: true, portal: 'OWNER', v1: 'manage' },
      params: ofWebhook,
      body: replayWebhookSchema,
      status: 202,
      response: webhookReplaySchema,
      handle: ({ tenantId, params, body }) =>
        webhookDeliveries.replaySince(tenantId, params.webhookId, new Date(body.since)),
    }),
  ];
}
