import type { PageAct, PageReadValue, ParticipantChange, ParticipantOutcome } from '@wafleet/contracts';
import type { VerbGlobals } from './verb-modules';

/** Functions that run inside the page, as those of page-functions.ts: groups. What the page refuses is returned as a code. */

type Refused = 'invalid_recipient' | 'not_allowed';
type Outcomes = { id: string; outcome: ParticipantOutcome }[];

/** Nobody is invited by a message: who can't be added is told. */
export async function createGroup(
  subject: string,
  participants: readonly string[],
): Promise<{ groupId: string; participants: Outcomes }> {
  const page = globalThis as unknown as VerbGlobals;
  const { createWid } = page.require('WAWebWidFactory');
  const outcomes: Outcomes = [];
  const found = [];
  for (const id of participants) {
    const wid = createWid(id);
    const answer = await page.require('WAWebQueryExistsJob').queryWidExists(wid);
    if (answer?.wid) found.push({ id, phoneNumber: wid });
    else outcomes.push({ id, outcome: 'not_on_whatsapp' });
  }
  const settings = {
    addressingModeOverride: 'lid',
    memberAddMode: false,
    membershipApprovalMode: false,
    announce: false,
    restrict: false,
    ephemeralDuration: 0,
    title: subject,
  };
  const created = await page.require('WAWebGroupCreateJob').createGroup(
    settings,
    found.map(({ phoneNumber }) => ({ phoneNumber })),
  );
  const { toPn } = page.require('WAWebLidMigrationUtils');
  const errors = new Map(
    created.participants.map(({ wid, error }) => {
      const phone = toPn(wid) ?? wid;
      return [`${phone.user}@${phone.server}`, Number(error ?? 200)];
    }),
  );
  for (const { id } of found) {
    const error = errors.get(id) ?? 200;
    outcomes.push({ id, outcome: error === 200 ? 'done' : error === 403 ? 'invite_needed' : 'failed' });
  }
  return { groupId: `${created.wid.user}@${created.wid.server}`, participants: outcomes };
}

export async function changeParticipants(
  groupId: string,
  change: ParticipantChange,
  participants: readonly string[],
): Promise<Refused | { participants: Outcomes }> {
  const page = globalThis as unknown as VerbGlobals;
  if (!page.WWebJS) throw new Error('the page is not ready');
  const group = page.require('WAWebWidFactory').createWid(groupId);
  const chat = await page.WWebJS.getChat(groupId, { getAsModel: false });
  if (!chat?.groupMetadata) return 'invalid_recipient';
  await page.require('WAWebGroupQueryJob').queryAndUpdateGroupMetadataById({ id: groupId });
  if (chat.iAmAdmin && !chat.iAmAdmin()) return 'not_allowed';
  const ofAdding: Record<number, ParticipantOutcome> = {
    200: 'done',
    403: 'invite_needed',
    404: 'not_on_whatsapp',
    408: 'left_recently',
    409: 'already',
    419: 'group_full',
  };
  const actions = page.require('WAWebModifyParticipantsGroupAction');
  const outcomes: Outcomes = [];
  for (const id of participants) {
    const { lid, phone } = await page.WWebJS.enforceLidAndPnRetrieval(id);
    const members = chat.groupMetadata.participants;
    const member = members.get(lid?._serialized) ?? members.get(phone?._serialized);
    const wid = phone ?? lid;
    let outcome: ParticipantOutcome;
    if (change === 'add') {
      if (member) outcome = 'already';
      else if (!wid) outcome = 'not_on_whatsapp';
      else {
        const { code } = await page.WWebJS.getAddParticipantsRpcResult(group, wid);
        outcome = ofAdding[code ?? 0] ?? 'failed';
      }
    } else if (!member) outcome = 'not_a_member';
    else if (change !== 'remove' && (member.isAdmin === true) === (change === 'promote')) outcome = 'already';
    else {
      const act = actions[`${change}Participants`];
      outcome = await act(chat, [member]).then(
        () => 'done' as const,
        () => 'failed' as const,
      );
    }
    outcomes.push({ id, outcome });
  }
  return { participants: outcomes };
}

export async function changeGroup(
  groupId: string,
  want: Omit<Extract<PageAct, { name: 'group.change' }>, 'name' | 'groupId'>,
): Promise<Refused | null> {
  const page = globalThis as unknown as VerbGlobals;
  const group = page.require('WAWebWidFactory').createWid(groupId);
  const chat = await page.WWebJS?.getChat(groupId, { getAsModel: false });
  if (!chat?.groupMetadata) return 'invalid_recipient';
  const { subject, description, onlyAdminsWrite, onlyAdminsEdit, onlyAdminsAdd } = want;
  const info = page.require('WAWebGroupModifyInfoJob');
  const { setGroupProperty } = page.require('WAWebSetPropertyGroupAction');
  try {
    if (subject !== undefined) await info.setGroupSubject(group, subject);
    if (description !== undefined) {
      const newId = await page.require('WAWebMsgKey').newId();
      await info.setGroupDescription(group, description, newId, chat.groupMetadata.descId);
    }
    if (onlyAdminsWrite !== undefined) await setGroupProperty(chat, 'announcement', onlyAdminsWrite ? 1 : 0);
    if (onlyAdminsEdit !== undefined) await setGroupProperty(chat, 'restrict', onlyAdminsEdit ? 1 : 0);
    if (onlyAdminsAdd !== undefined) await setGroupProperty(chat, 'member_add_mode', onlyAdminsAdd ? 0 : 1);
    return null;
  } catch (error) {
    if ((error as Error).name === 'ServerStatusCodeError') return 'not_allowed';
    throw error;
  }
}

export async function readGroup(groupId: string): Promise<Refused | PageReadValue<'group'>> {
  const page = globalThis as unknown as VerbGlobals;
  const chat = await page.WWebJS?.getChat(groupId, { getAsModel: false });
  if (!chat?.groupMetadata) return 'invalid_recipient';
  await page.require('WAWebGroupQueryJob').queryAndUpdateGroupMetadataById({ id: groupId });
  const { toPn } = page.require('WAWebLidMigrationUtils');
  const { subject, desc, owner, creation, announce, restrict, memberAddMode, participants } =
    chat.groupMetadata;
  const shown = (wid: NonNullable<typeof owner>) => {
    const phone = toPn(wid) ?? wid;
    return `${phone.user}@${phone.server}`;
  };
  return {
    id: groupId,
    subject: String(subject ?? chat.formattedTitle ?? '').slice(0, 1_024),
    description: String(desc ?? '').slice(0, 4_096),
    owner: owner ? shown(owner) : null,
    createdAt: creation ?? null,
    onlyAdminsWrite: announce === true,
    onlyAdminsEdit: restrict === true,
    onlyAdminsAdd: memberAddMode === 'admin_add',
    isAdmin: chat.iAmAdmin?.() === true,
    participants: participants
      .getModelsArray()
      .slice(0, 2_048)
      .map(({ id, isAdmin }) => ({ id: shown(id), isAdmin: isAdmin === true })),
  };
}

/** @param isRenewed the code so far is void */
export async function readInvite(groupId: string, isRenewed: boolean): Promise<Refused | { code: string }> {
  const page = globalThis as unknown as VerbGlobals;
  const group = page.require('WAWebWidFactory').createWid(groupId);
  const chat = await page.WWebJS?.getChat(groupId, { getAsModel: false });
  if (!chat?.groupMetadata) return 'invalid_recipient';
  try {
    const answer = isRenewed
      ? await page.require('WAWebGroupQueryJob').resetGroupInviteCode(group)
      : await page.require('WAWebMexFetchGroupInviteCodeJob').fetchMexGroupInviteCode(groupId);
    const code = typeof answer === 'string' ? answer : answer?.code;
    return code ? { code: String(code).slice(0, 100) } : 'not_allowed';
  } catch (error) {
    if ((error as Error).name === 'ServerStatusCodeError') return 'not_allowed';
    throw error;
  }
}

export async function leaveGroup(groupId: string): Promise<Refused | null> {
  const page = globalThis as unknown as VerbGlobals;
  const chat = await page.WWebJS?.getChat(groupId, { getAsModel: false });
  if (!chat?.groupMetadata) return 'invalid_recipient';
  await page.require('WAWebExitGroupAction').sendExitGroup(chat);
  return null;
}
