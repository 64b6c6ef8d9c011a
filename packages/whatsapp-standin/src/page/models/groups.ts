import type { WireGroup } from '../../protocol';
import { Collection } from './collection';
import { Model, exposeAttributes } from './model';
import { type Wid, createWid } from './wid';

interface Participant {
  id: Wid;
  isAdmin: boolean;
  isSuperAdmin: boolean;
}

export interface GroupMetadataAttributes {
  id: Wid;
  subject: string;
  owner: Wid;
  /** Seconds since 1970. */
  creation: number;
  /** Only admins may write. */
  announce: boolean;
  /** Only admins may change the group's info; and may add members. */
  restrict: boolean;
  memberAddMode: 'admin_add' | 'all_member_add';
  desc: string;
  isLidAddressingMode: boolean;
  participants: ParticipantCollection;
}

/** The members of a group, by their ids. */
class ParticipantCollection {
  constructor(private readonly members: readonly Participant[]) {}

  get(id: string | undefined): Participant | undefined {
    return this.members.find((member) => member.id.toString() === id);
  }

  getModelsArray(): Participant[] {
    return [...this.members];
  }

  serialize(): Participant[] {
    return this.members.map((member) => ({ ...member }));
  }
}

export class GroupMetadataModel extends Model<GroupMetadataAttributes> {
  get id(): Wid {
    return this.attributes.id;
  }

  override serialize(): Record<string, unknown> {
    return { ...super.serialize(), participants: this.get('participants').serialize() };
  }
}
exposeAttributes(GroupMetadataModel, [
  'subject',
  'owner',
  'creation',
  'announce',
  'restrict',
  'memberAddMode',
  'desc',
  'isLidAddressingMode',
  'participants',
]);

export class GroupMetadataCollection extends Collection<GroupMetadataModel> {
  constructor() {
    super((group) => group.id.toString());
  }

  /** The page is told of every change, so that there is nothing to ask for. */
  async update(wid: unknown): Promise<GroupMetadataModel | undefined> {
    return this.get(createWid(wid));
  }

  learn(group: WireGroup): GroupMetadataModel {
    const owner = createWid(group.owner);
    const attributes: GroupMetadataAttributes = {
      id: createWid(group.id),
      subject: group.subject,
      owner,
      creation: group.createdAt,
      announce: group.onlyAdminsWrite,
      restrict: group.onlyAdminsEdit,
      memberAddMode: group.onlyAdminsAdd ? 'admin_add' : 'all_member_add',
      desc: group.description,
      isLidAddressingMode: false,
      participants: new ParticipantCollection(
        group.participants.map(({ id, isAdmin }) => {
          const wid = createWid(id);
          return { id: wid, isAdmin, isSuperAdmin: isAdmin && wid.equals(owner) };
        }),
      ),
    };
    const known = this.get(attributes.id);
    if (known) return known.set(attributes);
    const fresh = new GroupMetadataModel(attributes);
    this.add(fresh);
    return fresh;
  }
}
