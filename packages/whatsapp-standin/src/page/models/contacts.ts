import type { WireContact } from '../../protocol';
import { Collection } from './collection';
import { Model, exposeAttributes } from './model';
import { Wid, createWid, userWid } from './wid';

export interface ContactAttributes {
  id: Wid;
  name?: string;
  pushname?: string;
  shortName?: string;
  type: 'in';
  isBusiness: boolean;
  isEnterprise: boolean;
  isContactBlocked: boolean;
  isMe: boolean;
}

export class ContactModel extends Model<ContactAttributes> {
  get id(): Wid {
    return this.attributes.id;
  }

  /** What the page calls this person. */
  get formattedName(): string {
    return this.attributes.name ?? `+${this.id.user}`;
  }
}
exposeAttributes(ContactModel, [
  'name',
  'pushname',
  'shortName',
  'type',
  'isBusiness',
  'isEnterprise',
  'isContactBlocked',
  'phoneNumber',
  'businessProfile',
]);

export class ContactCollection extends Collection<ContactModel> {
  /** The other id of a person, by either, where the page knows both. */
  private readonly aliases = new Map<string, Wid>();

  constructor() {
    super((contact) => contact.id.toString());
  }

  /** A contact that nobody has told of has its number for a name. */
  async find(like: unknown): Promise<ContactModel> {
    const wid = createWid(like);
    const known = this.get(wid);
    if (known) return known;
    this.add(newContact(wid, undefined, false));
    return this.get(wid) as ContactModel;
  }

  /** A person's hidden id by the number, or the number by the hidden id. */
  alternative(wid: Wid): Wid | undefined {
    return this.aliases.get(wid.toString());
  }

  /** Adds or renames. */
  learn(contact: WireContact, isMe: boolean): void {
    const wid = createWid(contact.id);
    const { name, alias } = contact;
    if (alias) {
      const number = userWid(alias.number);
      const lid = new Wid(alias.lid, 'lid');
      this.aliases.set(number.toString(), lid);
      this.aliases.set(lid.toString(), number);
    }
    const known = this.get(wid);
    if (known) known.set({ name, pushname: name, shortName: name });
    else this.add(newContact(wid, name, isMe));
  }
}

function newContact(id: Wid, name: string | undefined, isMe: boolean): ContactModel {
  const names = name === undefined ? {} : { name, pushname: name, shortName: name };
  return new ContactModel({
    id,
    ...names,
    type: 'in',
    isBusiness: false,
    isEnterprise: false,
    isContactBlocked: false,
    isMe,
  });
}
