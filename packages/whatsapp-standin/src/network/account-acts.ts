import { createHash, randomBytes } from 'node:crypto';
import type { AccountCall, CallResults } from '../protocol';
import { isGroup } from './conversations';
import type { Directory } from './directory';
import { type GroupAct, type Groups, isMember } from './groups';
import type { ChatSettings, Group, User } from './network-state';
import { Refusal } from './refusal';
import { Wire, widOf } from './wire';

interface Parts {
  directory: Directory;
  groups: Groups;
  changed: () => void;
  createGroup: (owner: string, subject: string, members: readonly string[]) => Group;
  changeGroup: (number: string, id: string, act: GroupAct) => Group;
}

const noSettings: ChatSettings = { archived: false, pinned: false, mutedUntil: 0, markedUnread: false };

/** What an account sets by one of its linked devices: of chats and messages, of people, of itself, of its groups. */
export class AccountActs {
  constructor(private readonly parts: Parts) {}

  /** @throws Refusal, as Directory and Groups */
  perform(user: User, call: AccountCall): CallResults[AccountCall['method']] {
    const { directory, groups, changed } = this.parts;
    switch (call.method) {
      case 'chat-settings': {
        const { method: _method, chat, ...settings } = call;
        const place = this.chatOf(chat);
        user.chatSettings[place] = { ...(user.chatSettings[place] ?? noSettings), ...settings };
        changed();
        return {};
      }
      case 'star': {
        const ref = { from: directory.getByWid(call.sender).number, id: call.id };
        const others = user.starred.filter(({ from, id }) => from !== ref.from || id !== ref.id);
        user.starred = call.isStarred ? [...others, ref] : others;
        changed();
        return {};
      }
      case 'pin': {
        const ref = { from: directory.getByWid(call.sender).number, id: call.id };
        const others = user.pinned.filter(({ from, id }) => from !== ref.from || id !== ref.id);
        const { forSeconds } = call;
        user.pinned = forSeconds > 0 ? [...others, { ...ref, forSeconds }] : others;
        changed();
        return {};
      }
      case 'block': {
        const { number } = directory.getByWid(call.id);
        const others = user.blocked.filter((one) => one !== number);
        user.blocked = call.isBlocked ? [...others, number] : others;
        changed();
        return {};
      }
      case 'own-profile':
        user.name = call.name ?? user.name;
        user.about = call.about ?? user.about;
        changed();
        return {};
      case 'own-picture':
        user.pictureUrl = call.picture === null ? undefined : addressOf(call.picture);
        changed();
        return {};
      case 'profile': {
        const { about, pictureUrl } = directory.getByWid(call.id);
        return { about, pictureUrl };
      }
      case 'create-group': {
        const members = call.members.map((id) => directory.getByWid(id).number);
        const group = this.parts.createGroup(user.number, call.subject, members);
        return { group: this.wireOf(user).group(group) };
      }
      case 'group':
        return this.changeGroup(user, call);
      case 'group-invite': {
        const group = groups.getOf(user.number, call.group);
        const isAdmin = group.participants.some(({ number, isAdmin }) => isAdmin && number === user.number);
        if (!isAdmin) throw new Refusal('not_allowed', `${user.number} is no admin of ${call.group}.`);
        if (call.isRenewed || group.inviteCode === '') group.inviteCode = randomBytes(11).toString('hex');
        changed();
        return { code: group.inviteCode };
      }
    }
  }

  private changeGroup(user: User, { group, act }: Extract<AccountCall, { method: 'group' }>) {
    const { directory, groups } = this.parts;
    if (act.kind === 'add' || act.kind === 'remove' || act.kind === 'promote' || act.kind === 'demote') {
      const members = act.members.map((id) => directory.getByWid(id).number);
      const before = groups.getOf(user.number, group);
      if (act.kind === 'add' && members.every((number) => isMember(before, number))) return {};
      this.parts.changeGroup(user.number, group, { kind: act.kind, members });
    } else {
      this.parts.changeGroup(user.number, group, act);
    }
    return {};
  }

  private chatOf(wid: string): string {
    return isGroup(wid) ? this.parts.groups.get(wid).id : this.parts.directory.getByWid(wid).number;
  }

  private wireOf(user: User): Wire {
    return new Wire(this.parts.directory, this.parts.groups, user);
  }
}

/** Whom a page shows as blocked. */
export function blockedWids(directory: Directory, user: User): string[] {
  return user.blocked.map((number) => widOf(directory.get(number)));
}

const jpeg = 'data:image/jpeg;base64,';

/** Nobody fetches it; other bytes have another. @throws Refusal */
function addressOf(picture: string): string {
  if (!picture.startsWith(jpeg)) throw new Refusal('not_allowed', 'A picture is a JPEG.');
  return `https://pictures.example/${createHash('sha256').update(picture).digest('hex')}.jpg`;
}
