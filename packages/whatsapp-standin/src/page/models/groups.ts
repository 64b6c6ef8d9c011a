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
  isLidAddressingMode: boolean;
  participants: Participant[];
}

export class GroupMetadataModel extends Model<GroupMetadataAttributes> {
  get id(): Wid {
    return this.attributes.id;
  }
}
exposeAttributes(GroupMetadataModel, [
  'subject',
  'owner',
  'creation',
  'announce',
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
      announce: false,
      isLidAddressingMode: false,
      participants: group.participants.map(({ id, isAdmin }) => {
        const wid = createWid(id);
        return { id: wid, isAdmin, isSuperAdmin: isAdmin && wid.equals(owner) };
      }),
    };
    const known = this.get(attributes.id);
    if (known) return known.set(attributes);
    const fresh = new GroupMetadataModel(attributes);
    this.add(fresh);
    return fresh;
  }
}
