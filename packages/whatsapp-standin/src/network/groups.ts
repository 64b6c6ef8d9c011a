import type { Group } from './network-state';
import { Refusal } from './refusal';

/** What a member does to a group. Only admins may change who is in it; everybody may leave. */
export type GroupAct =
  | { kind: 'add' | 'remove' | 'promote' | 'demote'; members: string[] }
  | { kind: 'leave' }
  | { kind: 'subject'; subject: string }
  | { kind: 'description'; description: string }
  | ({ kind: 'settings' } & Partial<
      Record<'onlyAdminsWrite' | 'onlyAdminsEdit' | 'onlyAdminsAdd', boolean | undefined>
    >);

/** The groups of the network. Whoever left has no more part in them. */
export class Groups {
  private readonly byId = new Map<string, Group>();

  constructor(groups: Group[]) {
    for (const group of groups) this.byId.set(group.id, group);
  }

  all(): Group[] {
    return [...this.byId.values()];
  }

  find(id: string): Group | undefined {
    return this.byId.get(id);
  }

  /** @throws Refusal `unknown_group` */
  get(id: string): Group {
    const group = this.byId.get(id);
    if (!group) throw new Refusal('unknown_group', `There is no group ${id}.`);
    return group;
  }

  /** @throws Refusal `unknown_group`, `not_a_member` */
  getOf(number: string, id: string): Group {
    const group = this.get(id);
    if (!isMember(group, number)) throw new Refusal('not_a_member', `${number} is not in ${id}.`);
    return group;
  }

  create(group: Pick<Group, 'id' | 'subject' | 'owner' | 'createdAt'>, members: readonly string[]): Group {
    const others = members.filter((number) => number !== group.owner);
    const participants = [
      { number: group.owner, isAdmin: true },
      ...others.map((number) => ({ number, isAdmin: false })),
    ];
    const settings = { onlyAdminsWrite: false, onlyAdminsEdit: false, onlyAdminsAdd: false };
    const created = { ...group, ...settings, description: '', inviteCode: '', participants };
    this.byId.set(group.id, created);
    return created;
  }

  /** @throws Refusal `unknown_group`, `not_a_member`, `not_allowed` */
  change(by: string, id: string, act: GroupAct): Group {
    const group = this.getOf(by, id);
    const isAdmin = group.participants.some((one) => one.number === by && one.isAdmin);
    const isInfo = act.kind === 'subject' || act.kind === 'description';
    const needsAdmin = act.kind !== 'leave' && (!isInfo || group.onlyAdminsEdit);
    if (needsAdmin && !isAdmin) throw new Refusal('not_allowed', `${by} is no admin of ${id}.`);
    switch (act.kind) {
      case 'add':
        for (const number of act.members) {
          if (!isMember(group, number)) group.participants.push({ number, isAdmin: false });
        }
        break;
      case 'remove':
        group.participants = group.participants.filter(({ number }) => !act.members.includes(number));
        break;
      case 'leave':
        group.participants = group.participants.filter(({ number }) => number !== by);
        break;
      case 'promote':
      case 'demote':
        for (const one of group.participants) {
          if (act.members.includes(one.number)) one.isAdmin = act.kind === 'promote';
        }
        break;
      case 'subject':
        group.subject = act.subject;
        break;
      case 'description':
        group.description = act.description;
        break;
      case 'settings':
        group.onlyAdminsWrite = act.onlyAdminsWrite ?? group.onlyAdminsWrite;
        group.onlyAdminsEdit = act.onlyAdminsEdit ?? group.onlyAdminsEdit;
        group.onlyAdminsAdd = act.onlyAdminsAdd ?? group.onlyAdminsAdd;
    }
    return group;
  }
}

export function isMember(group: Group, number: string): boolean {
  return group.participants.some((one) => one.number === number);
}
