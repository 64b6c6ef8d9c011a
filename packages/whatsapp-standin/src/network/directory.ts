import type { Device, User } from './network-state';
import { Refusal } from './refusal';

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

  /** Adds a user with a phone that is on, or changes the one that has the number. */
  put(number: string, changes: Pick<User, 'name'> & Partial<Pick<User, 'reads'>>): User {
    const user = this.byNumber.get(number) ?? newUser(number);
    user.name = changes.name;
    user.reads = changes.reads ?? user.reads;
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
    devices: [],
    nextDeviceId: 1,
  };
}
