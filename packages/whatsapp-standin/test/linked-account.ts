import { type Standin, createStandin } from '../src/standin';
import { Control } from './control';
import { LibraryClient, type LibraryOptions, type Profile, createProfile } from './library-client';

/** A stand-in with some users, and a profile that is linked to the first of them and not open. */
export class LinkedAccount {
  private readonly clients: LibraryClient[] = [];

  private constructor(
    readonly standin: Standin,
    readonly control: Control,
    readonly profile: Profile,
  ) {}

  static async create(number: string, ...others: string[]): Promise<LinkedAccount> {
    const standin = createStandin();
    await standin.start();
    const account = new LinkedAccount(standin, new Control(standin), createProfile());
    await account.control.addUsers(number, ...others);
    const linking = await account.open();
    await account.control.must('POST', `/users/${number}/scan`, { qr: await linking.qr() });
    await (await linking.ready()).stop();
    return account;
  }

  /** @throws what the library's initialize() rejects with */
  async open(options?: LibraryOptions): Promise<LibraryClient> {
    const client = await LibraryClient.start(this.standin, this.profile, options);
    this.clients.push(client);
    return client;
  }

  async stop(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.stop()));
    await this.standin.stop();
    this.profile.remove();
  }
}
