import { describe, expect, it } from '@jest/globals';
import * as contracts from '@wafleet/contracts';
import * as database from './generated/enums';

describe('the enums of the database equal the vocabulary of the contracts', () => {
  it.each([
    ['DesiredState', database.DesiredState, contracts.desiredStates],
    ['WorkerStatus', database.WorkerStatus, contracts.workerStatuses],
    ['SessionState', database.SessionState, contracts.sessionStates],
    ['TenantStatus', database.TenantStatus, contracts.tenantStatuses],
    ['MessageDirection', database.MessageDirection, contracts.messageDirections],
    ['MessageStatus', database.MessageStatus, contracts.messageStatuses],
    ['MediaState', database.MediaState, contracts.mediaStates],
    ['WebhookState', database.WebhookState, contracts.webhookStates],
    ['WebhookDeliveryState', database.WebhookDeliveryState, contracts.webhookDeliveryStates],
    ['SnapshotState', database.SnapshotState, contracts.snapshotStates],
    ['ExportState', database.ExportState, contracts.exportStates],
    ['PortalRole', database.PortalRole, contracts.portalRoles],
    ['FleetRole', database.FleetRole, contracts.fleetRoles],
    ['ApiKeyKind', database.ApiKeyKind, contracts.apiKeyKinds],
    ['KeyScope', database.KeyScope, contracts.keyScopes],
    ['BulkAction', database.BulkAction, contracts.bulkActions],
    ['BulkItemState', database.BulkItemState, contracts.bulkItemStates],
    ['RolloutState', database.RolloutState, contracts.rolloutStates],
    ['RolloutItemState', database.RolloutItemState, contracts.rolloutItemStates],
  ])('%s', (_name, stored, agreed) => {
    expect(Object.values(stored)).toEqual([...agreed]);
  });
});
