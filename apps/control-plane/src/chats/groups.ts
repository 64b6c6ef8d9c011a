import type {
  ChangedParticipants,
  ChangeParticipants,
  CreatedGroup,
  CreateGroup,
  Group,
  GroupInvite,
  TenantId,
  UpdateGroup,
} from '@wafleet/contracts';
import type { PageRequests } from './page-requests';

/** A tenant's WhatsApp groups. Rejects as PageRequests. */
export interface Groups {
  /** @param key repeated with the same input it gives the first one's group, as long as the worker lives */
  create(tenantId: TenantId, input: CreateGroup, key?: string): Promise<CreatedGroup>;
  get(tenantId: TenantId, groupId: string): Promise<Group>;
  update(tenantId: TenantId, groupId: string, input: UpdateGroup): Promise<Group>;
  changeParticipants(
    tenantId: TenantId,
    groupId: string,
    input: ChangeParticipants,
  ): Promise<ChangedParticipants>;
  invite(tenantId: TenantId, groupId: string): Promise<GroupInvite>;
  /** The link so far is void. */
  revokeInvite(tenantId: TenantId, groupId: string): Promise<GroupInvite>;
  leave(tenantId: TenantId, groupId: string): Promise<void>;
}

const field = 'groupId';

export function createGroups(requests: PageRequests): Groups {
  async function get(tenantId: TenantId, groupId: string): Promise<Group> {
    const { createdAt, ...group } = await requests.read(tenantId, { name: 'group', groupId }, field);
    return { ...group, createdAt: createdAt === null ? null : new Date(createdAt * 1_000).toISOString() };
  }

  return {
    get,
    create: (tenantId, { subject, participants }, key) =>
      requests.act(
        tenantId,
        { name: 'group.create', subject, participants },
        { key: key === undefined ? undefined : `${tenantId} ${key}` },
      ),
    async update(tenantId, groupId, input) {
      await requests.act(tenantId, { name: 'group.change', groupId, ...input }, { field });
      return get(tenantId, groupId);
    },
    changeParticipants: (tenantId, groupId, input) =>
      requests.act(tenantId, { name: 'group.participants', groupId, ...input }, { field }),
    invite: async (tenantId, groupId) =>
      inviteView(await requests.read(tenantId, { name: 'invite', groupId }, field)),
    revokeInvite: async (tenantId, groupId) =>
      inviteView(await requests.act(tenantId, { name: 'group.revoke_invite', groupId }, { field })),
    leave: async (tenantId, groupId) =>
      void (await requests.act(tenantId, { name: 'group.leave', groupId }, { field })),
  };
}

function inviteView({ code }: { code: string }): GroupInvite {
  return { code, url: `https://chat.whatsapp.com/${code}` };
}
