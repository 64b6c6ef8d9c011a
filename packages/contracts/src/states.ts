/**
 * The vocabulary of states that database, API, logs and pages share (docs/states.md).
 * A test holds the Prisma enums equal to these lists.
 */

/** What the API wants of a tenant. Written by the API only. */
export const desiredStates = ['RUNNING', 'STOPPED', 'ERASED'] as const;
export type DesiredState = (typeof desiredStates)[number];

/** What the supervisor knows of the tenant's worker process. Written by the supervisor only. */
export const workerStatuses = ['STARTING', 'RUNNING', 'STOPPING', 'STOPPED', 'ERROR'] as const;
export type WorkerStatus = (typeof workerStatuses)[number];

/** The WhatsApp login. Written from the worker's events; the supervisor sets DISCONNECTED when a generation ends. */
export const sessionStates = [
  'STARTING',
  'QR_READY',
  'AUTHENTICATING',
  'CONNECTED',
  'RECONNECTING',
  'DISCONNECTED',
  'LOGGED_OUT',
] as const;
export type SessionState = (typeof sessionStates)[number];

/** The one summary, derived from the three facts above. "Status" alone always means this. */
export const tenantStatuses = [
  'NEW',
  'STARTING',
  'QR_PENDING',
  'ACTIVE',
  'RECOVERING',
  'PAUSED',
  'ERROR',
  'ERASING',
] as const;
export type TenantStatus = (typeof tenantStatuses)[number];

export const messageDirections = ['INBOUND', 'OUTBOUND'] as const;
export type MessageDirection = (typeof messageDirections)[number];

/**
 * QUEUED → SENDING → SENT → DELIVERED → READ for what we send, SCHEDULED before where its time is still to come;
 * RECEIVED for what came in.
 * FAILED, EXPIRED, CANCELLED and UNCERTAIN are ends; UNCERTAIN asks a person.
 */
export const messageStatuses = [
  'RECEIVED',
  'SCHEDULED',
  'QUEUED',
  'SENDING',
  'SENT',
  'DELIVERED',
  'READ',
  'FAILED',
  'EXPIRED',
  'CANCELLED',
  'UNCERTAIN',
] as const;
export type MessageStatus = (typeof messageStatuses)[number];

/**
 * Of media: PENDING → DOWNLOADING → STORED → EXPIRED. FAILED, GONE (WhatsApp has them no more) and TOO_LARGE are ends
 * until somebody has them tried again.
 */
export const mediaStates = [
  'PENDING',
  'DOWNLOADING',
  'STORED',
  'FAILED',
  'GONE',
  'TOO_LARGE',
  'EXPIRED',
] as const;
export type MediaState = (typeof mediaStates)[number];

/** Of an endpoint of a webhook: PAUSED is ended by the next try that is taken, DISABLED only by a person. */
export const webhookStates = ['ACTIVE', 'PAUSED', 'DISABLED'] as const;
export type WebhookState = (typeof webhookStates)[number];

/**
 * Of one event on its way to one endpoint: PENDING → DELIVERED. PARKED (refused for itself) and DEAD (given up with its
 * endpoint) are ends until somebody has them sent again.
 */
export const webhookDeliveryStates = ['PENDING', 'DELIVERED', 'PARKED', 'DEAD'] as const;
export type WebhookDeliveryState = (typeof webhookDeliveryStates)[number];

/** QUEUED → COPIED (it holds its moment) → READY (it lies in the store, and was read back). FAILED is an end. */
export const snapshotStates = ['QUEUED', 'COPIED', 'READY', 'FAILED'] as const;
export type SnapshotState = (typeof snapshotStates)[number];

/** Why a snapshot is taken. */
export const snapshotTriggers = ['by_hand', 'schedule', 'stop', 'move'] as const;
export type SnapshotTrigger = (typeof snapshotTriggers)[number];

/** QUEUED → RUNNING → READY. Interrupted it is QUEUED again; FAILED is an end. */
export const exportStates = ['QUEUED', 'RUNNING', 'READY', 'FAILED'] as const;
export type ExportState = (typeof exportStates)[number];

export const portalRoles = ['OWNER', 'STAFF'] as const;
export type PortalRole = (typeof portalRoles)[number];

/** Of the people who run the fleet: a VIEWER reads, an ADMIN acts. */
export const fleetRoles = ['VIEWER', 'ADMIN'] as const;
export type FleetRole = (typeof fleetRoles)[number];

/** Whose a key is: an operator's, a portal's, or a tenant's program's. */
export const apiKeyKinds = ['ADMIN', 'PORTAL', 'TENANT'] as const;
export type ApiKeyKind = (typeof apiKeyKinds)[number];

/**
 * What a tenant's key opens. read: what is known of the tenant and its messages; send: to write, and to take that back;
 * manage: the session with its link to the phone, and keys.
 */
export const keyScopes = ['read', 'send', 'manage'] as const;
export type KeyScope = (typeof keyScopes)[number];

/** What may be asked for of many tenants at once. */
export const bulkActions = ['start', 'stop', 'restart', 'snapshot', 'export'] as const;
export type BulkAction = (typeof bulkActions)[number];

/** Of one tenant in it: WAITING → UNDER_WAY → DONE. FAILED is an end until it is tried again, SKIPPED one for good. */
export const bulkItemStates = ['WAITING', 'UNDER_WAY', 'DONE', 'FAILED', 'SKIPPED'] as const;
export type BulkItemState = (typeof bulkItemStates)[number];

/**
 * Of a new build of the worker on its way through the fleet: RUNNING → DONE. PAUSED by somebody, STOPPED by itself, both
 * until it is resumed or taken back: GOING_BACK → BACK.
 */
export const rolloutStates = ['RUNNING', 'PAUSED', 'STOPPED', 'GOING_BACK', 'DONE', 'BACK'] as const;
export type RolloutState = (typeof rolloutStates)[number];

/**
 * Of one tenant in it: WAITING → UNDER_WAY → WATCHED → DONE or FAILED; SKIPPED where its next start takes the build. On the
 * way back TO_GO_BACK → GOING_BACK → BACK.
 */
export const rolloutItemStates = [
  'WAITING',
  'UNDER_WAY',
  'WATCHED',
  'DONE',
  'FAILED',
  'SKIPPED',
  'TO_GO_BACK',
  'GOING_BACK',
  'BACK',
] as const;
export type RolloutItemState = (typeof rolloutItemStates)[number];
