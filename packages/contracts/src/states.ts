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
 * QUEUED → SENDING → SENT → DELIVERED → READ for what we send; RECEIVED for what came in.
 * FAILED, EXPIRED, CANCELLED and UNCERTAIN are ends; UNCERTAIN asks a person.
 */
export const messageStatuses = [
  'RECEIVED',
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

export const portalRoles = ['OWNER', 'STAFF'] as const;
export type PortalRole = (typeof portalRoles)[number];

/** Whose a key is: an operator's, a portal's, or a tenant's program's. */
export const apiKeyKinds = ['ADMIN', 'PORTAL', 'TENANT'] as const;
export type ApiKeyKind = (typeof apiKeyKinds)[number];

/**
 * What a tenant's key opens. read: what is known of the tenant and its messages; send: to write, and to take that back;
 * manage: the session with its link to the phone, and keys.
 */
export const keyScopes = ['read', 'send', 'manage'] as const;
export type KeyScope = (typeof keyScopes)[number];
