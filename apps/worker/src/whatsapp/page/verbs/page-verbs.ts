import type { Capability, CommandErrorCode, MessageKey, PageAct, PageRead } from '@wafleet/contracts';
import type { PageCalls } from '../page-calls';
import { findChatId, findMessage } from '../page-messages';
import { findNumber, listChats, listContacts, readProfile } from './page-directory';
import { olderPage } from './older-page';
import {
  changeGroup,
  changeParticipants,
  createGroup,
  leaveGroup,
  readGroup,
  readInvite,
} from './page-groups';
import { readOlder } from './page-older';
import { changeOwnPicture } from './page-own-picture';
import { blockContact, changeChat, changeOwnProfile, pinMessage, starMessage } from './page-settings';

/** An answer for the control plane, or why there is none. */
export type VerbOutcome = { value: Record<string, unknown> } | { refused: CommandErrorCode; about?: string };

const readMs = 15_000;
const actMs = 25_000;

const neededToRead: Record<PageRead['name'], Capability> = {
  chats: 'directory',
  contacts: 'directory',
  number: 'directory',
  profile: 'profiles',
  older: 'older_messages',
  group: 'groups',
  invite: 'groups',
};

const neededToAct: Record<PageAct['name'], Capability> = {
  chat: 'chat_settings',
  star: 'chat_settings',
  pin: 'pinned_messages',
  block: 'blocking',
  own_profile: 'own_profile',
  own_picture: 'own_picture',
  'group.create': 'groups',
  'group.participants': 'groups',
  'group.change': 'groups',
  'group.revoke_invite': 'groups',
  'group.leave': 'groups',
};

/** What can be asked of the page and done in it beside sending, as far as it has the parts for it. */
export class PageVerbs {
  /** What the self-test found missing. */
  degraded: readonly Capability[] = [];

  constructor(private readonly calls: PageCalls) {}

  /** @throws PageError */
  async read(read: PageRead): Promise<VerbOutcome> {
    const lacking = this.lacking(neededToRead[read.name]);
    if (lacking) return lacking;
    switch (read.name) {
      case 'chats':
        return { value: await this.ask('list chats', listChats, read.before, read.limit, null) };
      case 'contacts':
        return { value: await this.ask('list contacts', listContacts, read.after, read.limit, null) };
      case 'number':
        return { value: { chatId: await this.ask('find number', findNumber, read.phoneNumber) } };
      case 'profile':
        return this.profileOf(read.contactId);
      case 'older':
        return this.olderOf(read);
      case 'group':
        return outcomeOf(await this.ask('read group', readGroup, read.groupId));
      case 'invite':
        return outcomeOf(await this.ask('read invite', readInvite, read.groupId, false));
      default:
        // Not by our types, but by a newer control plane.
        return { refused: 'unknown_command' };
    }
  }

  /** @throws PageError */
  async act(act: PageAct): Promise<VerbOutcome> {
    const lacking = this.lacking(neededToAct[act.name]);
    if (lacking) return lacking;
    switch (act.name) {
      case 'chat':
        return this.changeChat(act);
      case 'star':
        return this.atMessage(act, (chatId, messageId) =>
          this.change('star message', starMessage, chatId, messageId, act.isStarred),
        );
      case 'pin':
        return this.atMessage(act, (_chatId, messageId) =>
          this.change('pin message', pinMessage, messageId, act.forSeconds),
        );
      case 'block': {
        const contactId = await this.ask('find chat id', findChatId, act.contactId);
        if (contactId === null) return { refused: 'invalid_recipient' };
        return outcomeOf(await this.change('block contact', blockContact, contactId, act.isBlocked));
      }
      case 'own_profile':
        return outcomeOf(
          await this.change(
            'change own profile',
            changeOwnProfile,
            act.about ?? null,
            act.displayName ?? null,
          ),
        );
      case 'own_picture': {
        const picture = act.picture && { mimetype: act.picture.mimeType, data: act.picture.data };
        return outcomeOf(await this.change('change own picture', changeOwnPicture, picture));
      }
      case 'group.create':
        return { value: await this.change('create group', createGroup, act.subject, act.participants) };
      case 'group.participants':
        return outcomeOf(
          await this.change(
            'change participants',
            changeParticipants,
            act.groupId,
            act.change,
            act.participants,
          ),
        );
      case 'group.change': {
        const { name: _name, groupId, ...want } = act;
        return outcomeOf(await this.change('change group', changeGroup, groupId, want));
      }
      case 'group.revoke_invite':
        return outcomeOf(await this.change('read invite', readInvite, act.groupId, true));
      case 'group.leave':
        return outcomeOf(await this.change('leave group', leaveGroup, act.groupId));
      default:
        return { refused: 'unknown_command' };
    }
  }

  private lacking(needed: Capability | undefined): VerbOutcome | null {
    if (needed === undefined) return { refused: 'unknown_command' };
    return this.degraded.includes(needed) ? { refused: 'capability_missing', about: needed } : null;
  }

  private async changeChat(act: Extract<PageAct, { name: 'chat' }>): Promise<VerbOutcome> {
    const { name: _name, chatId: asked, ...want } = act;
    const chatId = await this.ask('find chat id', findChatId, asked);
    if (chatId === null) return { refused: 'invalid_recipient' };
    const refused = await this.change('change chat', changeChat, chatId, want);
    if (refused !== null) return { refused };
    const { chats } = await this.ask('list chats', listChats, null, 1, chatId);
    return chats[0] ? { value: chats[0] } : { refused: 'invalid_recipient' };
  }

  /** @param act given the page's own names of chat and message */
  private async atMessage(
    asked: { chatId: string; target: MessageKey },
    act: (chatId: string, messageId: string) => Promise<CommandErrorCode | null>,
  ): Promise<VerbOutcome> {
    const chatId = await this.ask('find chat id', findChatId, asked.chatId);
    if (chatId === null) return { refused: 'target_missing' };
    const found = await this.ask('find message', findMessage, chatId, asked.target);
    if (found === null) return { refused: 'target_missing' };
    return outcomeOf(await act(chatId, found.name));
  }

  private async profileOf(contactInApi: string): Promise<VerbOutcome> {
    const contactId = await this.ask('find chat id', findChatId, contactInApi);
    if (contactId === null) return { refused: 'invalid_recipient' };
    const { contacts } = await this.ask('list contacts', listContacts, null, 1, contactId);
    const nobody = { name: null, pushName: null, isBusiness: false, isBlocked: false };
    const contact = contacts[0] ?? { id: contactInApi, ...nobody };
    return { value: { contact, ...(await this.ask('read profile', readProfile, contactId)) } };
  }

  private async olderOf({
    chatId: asked,
    before,
    limit,
  }: Extract<PageRead, { name: 'older' }>): Promise<VerbOutcome> {
    const chatId = await this.ask('find chat id', findChatId, asked);
    const found = chatId && (await this.ask('read older messages', readOlder, chatId, before, limit));
    return found ? { value: { ...olderPage(found, before) } } : { refused: 'invalid_recipient' };
  }

  private ask<Args extends unknown[], Result>(
    what: string,
    inPage: (...args: Args) => Result,
    ...args: Args
  ) {
    return this.calls.patiently(readMs, what, inPage, ...args);
  }

  private change<Args extends unknown[], Result>(
    what: string,
    inPage: (...args: Args) => Result,
    ...args: Args
  ) {
    return this.calls.change(actMs, what, inPage, ...args);
  }
}

/** A code where the page refused, nothing where there is nothing to say. */
function outcomeOf(answer: CommandErrorCode | object | null): VerbOutcome {
  if (typeof answer === 'string') return { refused: answer };
  return { value: { ...answer } };
}
