import { chatIdSchema, groupIdSchema, isTenantId, personSchema, phoneNumberSchema } from '@wafleet/contracts';
import { z } from 'zod';

/** Parameters in paths. What can't be an id is answered like an id that nobody has. */

export const tenantId = z.string().refine(isTenantId, { params: { isUnknownId: true } });
export const ofTenant = z.object({ tenantId });
export const ofMessage = z.object({ messageId: z.string() });
export const ofMedia = z.object({ mediaId: z.string() });
export const ofIncident = z.object({ incidentId: z.string() });
export const ofSnapshot = z.object({ snapshotId: z.string() });
export const ofExport = z.object({ exportId: z.string() });
export const ofQuarantined = z.object({ eventId: z.string() });
export const ofOutage = z.object({ outageId: z.string() });
export const ofBulkJob = z.object({ jobId: z.string() });
export const ofRollout = z.object({ rolloutId: z.string() });
export const ofUser = z.object({ userId: z.string() });
export const ofKey = z.object({ keyId: z.string() });
export const ofWebhook = z.object({ webhookId: z.string() });
export const ofWebhookDelivery = z.object({ webhookId: z.string(), deliveryId: z.string() });
export const ofGroup = z.object({ groupId: groupIdSchema });
export const ofNumber = z.object({ phoneNumber: phoneNumberSchema });
export const ofContact = z.object({ contactId: personSchema });
export const ofChat = z.object({ chatId: chatIdSchema });

/** For queries that may name a tenant. */
export const tenantIdFilter = z.string().refine(isTenantId, 'is not the id of a tenant');
