import type { AccountCall } from '../../protocol';
import type { ChatModel } from '../models/chats';
import { type Wid, createWid } from '../models/wid';
import type { Page } from '../page';
import { ServerRefusal } from '../connection/server-link';

type GroupAct = Extract<AccountCall, { method: 'group' }>['act'];

interface Participant {
  id: Wid;
}

/** WhatsApp's server has answered that it does not do this. */
class ServerStatusCodeError extends Error {
  override name = 'ServerStatusCodeError';
}

/** What the library calls to make and change groups. */
export function groupModules({ mailbox, session }: Page): Record<string, unknown> {
  const { link } = session;
  async function refusedByName<T>(work: Promise<T>): Promise<T> {
    return work.catch((error: unknown) => {
      throw error instanceof ServerRefusal ? new ServerStatusCodeError(error.message) : error;
    });
  }
  const act = (group: Wid, what: GroupAct) =>
    refusedByName(link.call({ method: 'group', group: group.toString(), act: what }));
  const changeMembers =
    (kind: 'remove' | 'promote' | 'demote') => async (chat: ChatModel, participants: Participant[]) => {
      const members = participants.map(({ id }) => id.toString());
      await act(chat.id, { kind, members });
    };
  const invite = (group: string, isRenewed: boolean) =>
    refusedByName(link.call({ method: 'group-invite', group, isRenewed }));
  return {
    WAWebGroupCreateJob: {
      createGroup: async ({ title }: { title: string }, participants: { phoneNumber: Wid }[]) => {
        const members = participants.map(({ phoneNumber }) => phoneNumber.toString());
        const { group } = await link.call({ method: 'create-group', subject: title, members });
        mailbox.learnGroup(group);
        return {
          wid: createWid(group.id),
          subject: title,
          participants: group.participants.map(({ id, isAdmin }) => ({
            wid: createWid(id),
            type: isAdmin ? 'superadmin' : 'participant',
          })),
        };
      },
    },
    WAWebGroupQueryJob: {
      /** The page is told of every change. */
      queryAndUpdateGroupMetadataById: async () => undefined,
      resetGroupInviteCode: (group: Wid) => invite(group.toString(), true),
    },
    WAWebMexFetchGroupInviteCodeJob: { fetchMexGroupInviteCode: (group: string) => invite(group, false) },
    WAWebModifyParticipantsGroupAction: {
      removeParticipants: changeMembers('remove'),
      promoteParticipants: changeMembers('promote'),
      demoteParticipants: changeMembers('demote'),
    },
    WAWebWidToJid: {
      widToGroupJid: (wid: Wid) => wid.toString(),
      widToUserJid: (wid: Wid) => wid.toString(),
    },
    WASmaxGroupsAddParticipantsRPC: {
      sendAddParticipantsRPC: async (asked: {
        participantArgs: { participantJid: string }[];
        iqTo: string;
      }) => {
        const members = asked.participantArgs.map(({ participantJid }) => participantJid);
        await act(createWid(asked.iqTo), { kind: 'add', members });
        const added = {
          addParticipantsParticipantAddedOrNonRegisteredWaUserParticipantErrorLidResponseMixinGroup: {
            value: {},
          },
        };
        return { name: 'AddParticipantsResponseSuccess', value: { addParticipant: [added] } };
      },
    },
    WAWebGroupModifyInfoJob: {
      setGroupSubject: (group: Wid, subject: string) => act(group, { kind: 'subject', subject }),
      setGroupDescription: (group: Wid, description: string) =>
        act(group, { kind: 'description', description }),
    },
    WAWebSetPropertyGroupAction: {
      setGroupProperty: (chat: ChatModel, property: keyof typeof settings, value: number) =>
        act(chat.id, { kind: 'settings', ...settings[property](value) }),
    },
    WAWebExitGroupAction: { sendExitGroup: (chat: ChatModel) => act(chat.id, { kind: 'leave' }) },
  };
}

/** By the page's names of a group's properties, what they say here. */
const settings = {
  announcement: (value: number) => ({ onlyAdminsWrite: value === 1 }),
  restrict: (value: number) => ({ onlyAdminsEdit: value === 1 }),
  member_add_mode: (value: number) => ({ onlyAdminsAdd: value === 0 }),
};
