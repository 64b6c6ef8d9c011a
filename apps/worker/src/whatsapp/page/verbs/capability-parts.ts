import type { Capability } from '@wafleet/contracts';

/** What each capability needs of the page: functions, by module and name. */
export const capabilityParts: Record<Capability, readonly string[]> = {
  previews: ['WAWebLinkPreviewChatAction.getLinkPreview'],
  directory: [
    'WAWebCollections.Contact.getModelsArray',
    'WAWebContactGetters.getName',
    'WAWebContactGetters.getPushname',
    'WAWebLidMigrationUtils.toPn',
    'WAWebQueryExistsJob.queryWidExists',
  ],
  profiles: [
    'WAWebContactStatusBridge.getStatus',
    'WAWebContactProfilePicThumbBridge.requestProfilePicFromServer',
  ],
  chat_settings: [
    'WAWebCmd.Cmd.archiveChat',
    'WAWebCmd.Cmd.pinChat',
    'WAWebCmd.Cmd.markChatUnread',
    'WAWebCmd.Cmd.sendStarMsgs',
    'WAWebCmd.Cmd.sendUnstarMsgs',
    'WAWebMsgActionCapability.canStarMsg',
  ],
  older_messages: ['WAWebChatLoadMessages.loadEarlierMsgs'],
  pinned_messages: [
    'WAWebSendPinMessageAction.sendPinInChatMsg',
    'WAWebPinMsgConstants.getPinExpiryDuration',
  ],
  blocking: [
    'WAWebBlockContactUtils.getContactToBlockOnlyUseIfNoAssociatedChat',
    'WAWebBlockContactAction.blockContact',
    'WAWebBlockContactAction.unblockContact',
  ],
  own_profile: ['WAWebContactStatusBridge.setMyStatus', 'WAWebSetPushnameConnAction.setPushname'],
  own_picture: [
    'WAWebCollections.ProfilePicThumb.get',
    'WAWebCollections.ProfilePicThumb.find',
    'WAWebContactProfilePicThumbBridge.sendSetPicture',
    'WAWebContactProfilePicThumbBridge.requestDeletePicture',
  ],
  groups: [
    'WAWebGroupCreateJob.createGroup',
    'WAWebGroupQueryJob.queryAndUpdateGroupMetadataById',
    'WAWebGroupQueryJob.resetGroupInviteCode',
    'WAWebModifyParticipantsGroupAction.removeParticipants',
    'WAWebModifyParticipantsGroupAction.promoteParticipants',
    'WAWebModifyParticipantsGroupAction.demoteParticipants',
    'WASmaxGroupsAddParticipantsRPC.sendAddParticipantsRPC',
    'WAWebWidToJid.widToGroupJid',
    'WAWebGroupModifyInfoJob.setGroupSubject',
    'WAWebGroupModifyInfoJob.setGroupDescription',
    'WAWebSetPropertyGroupAction.setGroupProperty',
    'WAWebMexFetchGroupInviteCodeJob.fetchMexGroupInviteCode',
    'WAWebExitGroupAction.sendExitGroup',
  ],
};

/** Runs inside the page. Those of these functions that it does not have. */
export function findMissingParts(parts: readonly string[]): string[] {
  const page = globalThis as unknown as { require(name: string): unknown };
  return parts.filter((part) => {
    const [module = '', ...names] = part.split('.');
    try {
      let value = page.require(module);
      for (const name of names) value = (value as Record<string, unknown>)[name];
      return typeof value !== 'function';
    } catch {
      return true;
    }
  });
}
