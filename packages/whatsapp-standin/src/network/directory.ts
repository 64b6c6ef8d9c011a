import type { Device, User } from './network-state';
import { Refusal } from './refusal';

export interface UserChanges {
  name: string;
  reads?: User['reads'] | undefined;
  addressedBy?: User['addressedBy'] | undefined;
  about?: string | undefined;
  pictureUrl?: string | undefined;
}

/** The users of the network, by phone number. */
export class Directory {
  private readonly byNumber = new Map<string, User>();

  constructor(users: User[]) {
    for (const user of users) this.byNumber.set(user.number, user);
  }

  all(): User[] {
    return [...this.byNumber.values()];
  }

  find(number: string): User | undefined {
    return this.byNumber.get(number);
  }

  /** @throws Refusal `unknown_user` */
  get(number: string): User {
    const user = this.byNumber.get(number);
    if (!user) throw new Refusal('unknown_user', `No user has the number ${number}.`);
    return user;
  }

  /** Whoever a page calls by this id, by number or by hidden id. */
  findByWid(wid: string): User | undefined {
    const [name = '', server] = wid.split('@');
    return server === 'lid' ? this.all().find((user) => user.lid === name) : this.find(name);
  }

  /** @throws Refusal `unknown_user` */
  getByWid(wid: string): User {
    const user = this.findByWid(wid);
    if (!user) throw new Refusal('unknown_user', `No user has the id ${wid}.`);
    return user;
  }

  /** Adds a user with a phone that is on, or changes the one that has the number. */
  put(number: string, changes: UserChanges): User {
    const user = this.byNumber.get(number) ?? newUser(number);
    user.name = changes.name;
    user.reads = changes.reads ?? user.reads;
    user.addressedBy = changes.addressedBy ?? user.addressedBy;
    user.about = changes.about ?? user.about;
    if (changes.pictureUrl !== undefined) user.pictureUrl = changes.pictureUrl;
    this.byNumber.set(number, user);
    return user;
  }

  findDevice(token: string): { user: User; device: Device } | undefined {
    for (const user of this.byNumber.values()) {
      const device = user.devices.find((one) => one.token === token);
      if (device) return { user, device };
    }
    return undefined;
  }
}

function newUser(number: string): User {
  return {
    number,
    lid: `9${number.padStart(14, '0')}`,
    name: number,
    phoneOnline: true,
    reads: 'auto',
    addressedBy: 'number',
    about: '',
    blocked: [],
    chatSettings: {},
    starred: [],
    pinned: [],
    devices: [],
    nextDeviceId: 1,
  };
}
