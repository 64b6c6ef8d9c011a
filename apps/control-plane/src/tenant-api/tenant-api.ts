import type { TenantRoute } from '../http/routing/tenant-route';
import { tenantAuditRoutes, type TenantAuditRouteServices } from './audit-routes';
import { chatRoutes, type ChatRouteServices } from './messaging/chat-routes';
import { eventRoutes, type EventRouteServices } from './event-routes';
import { historyRoutes, type HistoryRouteServices } from './messaging/history-routes';
import { exportRoutes, type ExportRouteServices } from './export-routes';
import { groupRoutes, type GroupRouteServices } from './messaging/group-routes';
import { incidentRoutes, type IncidentRouteServices } from './incident-routes';
import { tenantKeyRoutes, type TenantKeyRouteServices } from './people/key-routes';
import { mediaRoutes, type MediaRouteServices } from './messaging/media-routes';
import { messageRoutes, type MessageRouteServices } from './messaging/message-routes';
import { onboardingRoutes, type OnboardingRouteServices } from './people/onboarding-routes';
import { outageRoutes, type OutageRouteServices } from './messaging/outage-routes';
import { peopleRoutes, type PeopleRouteServices } from './people/people-routes';
import { privacyRoutes, type PrivacyRouteServices } from './privacy-routes';
import { quarantineRoutes, type QuarantineRouteServices } from './messaging/quarantine-routes';
import { sessionRoutes, type SessionRouteServices } from './session-routes';
import { snapshotRoutes, type SnapshotRouteServices } from './snapshot-routes';
import { webhookRoutes, type WebhookRouteServices } from './webhook-routes';
import { workerRoutes, type WorkerRouteServices } from './worker-routes';

export type TenantApiServices = WorkerRouteServices &
  SessionRouteServices &
  MessageRouteServices &
  MediaRouteServices &
  WebhookRouteServices &
  OutageRouteServices &
  QuarantineRouteServices &
  EventRouteServices &
  IncidentRouteServices &
  HistoryRouteServices &
  SnapshotRouteServices &
  TenantKeyRouteServices &
  OnboardingRouteServices &
  TenantAuditRouteServices &
  PeopleRouteServices &
  PrivacyRouteServices &
  ExportRouteServices &
  ChatRouteServices &
  GroupRouteServices;

/** All that can be asked about one tenant; each row names the doors by which it is reached. */
export function tenantApi(services: TenantApiServices): TenantRoute[] {
  return [
    ...workerRoutes(services),
    ...sessionRoutes(services),
    ...messageRoutes(services),
    ...mediaRoutes(services),
    ...webhookRoutes(services),
    ...outageRoutes(services),
    ...quarantineRoutes(services),
    ...eventRoutes(services),
    ...incidentRoutes(services),
    ...historyRoutes(services),
    ...snapshotRoutes(services),
    ...tenantKeyRoutes(services),
    ...onboardingRoutes(services),
    ...tenantAuditRoutes(services),
    ...peopleRoutes(services),
    ...chatRoutes(services),
    ...groupRoutes(services),
    ...privacyRoutes(services),
    ...exportRoutes(services),
  ];
}
