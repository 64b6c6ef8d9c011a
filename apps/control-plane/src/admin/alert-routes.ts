import { alertSchema, alertTestSchema, listAlertsQuerySchema, pageOf } from '@wafleet/contracts';
import type { AlertService } from '../alerts/alert-service';
import { defineRoute, type Route } from '../http/routing/route';

export interface AlertRouteServices {
  alerts: AlertService;
}

export function alertRoutes({ alerts }: AlertRouteServices): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/admin/alerts',
      summary: 'Tenants that need a person, and trouble of the control plane itself, newest first',
      auth: 'admin',
      query: listAlertsQuerySchema,
      response: pageOf(alertSchema),
      handle: ({ query }) => alerts.list(query),
    }),
    defineRoute({
      method: 'POST',
      path: '/admin/alerts/test',
      summary: 'Send a test on every way in which operators are told, and say whether it was taken',
      auth: 'admin',
      response: alertTestSchema,
      handle: () => alerts.test(),
    }),
  ];
}
