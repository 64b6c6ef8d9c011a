import type { Database } from '@wafleet/db';
import type { Logger } from '@wafleet/runtime';
import type { NewId } from '../new-id';
import type { Members, Person } from '../users/members';
import { type Auth, createAuth } from './auth';
import { openIdProvider, type SignInConfig } from './sign-in-config';

/** Who is signed in, and in which browser. */
export interface SignedIn {
  signInId: string;
  person: Person;
}

/** People's way in: passwords and cookies by better-auth, what they may do by our own rows. */
export interface SignIn {
  readonly config: SignInConfig;
  /** Whose cookie this is; null where nobody is signed in by it, or who is may no longer enter. */
  signedIn(cookie: string | undefined): Promise<SignedIn | null>;
  /** Answers what better-auth offers. */
  answer(request: Request): Promise<Response>;
  /** From now on the person signs in by this password. */
  setPassword(userId: string, password: string): Promise<void>;
  /** Ends a person's sign-ins, in every browser. */
  signOut(userId: string): Promise<void>;
}

/** A provider that could not be asked is asked again with the first sign-in after this time. */
const providerRetryMs = 15_000;

/** better-auth is loaded when it is first needed: a start has no time for it, and who has no web app never needs it. */
export function createSignIn(deps: {
  db: Database;
  members: Pick<Members, 'findById'>;
  config: SignInConfig;
  secret: string;
  newId: NewId;
  now: () => Date;
  log: Logger;
}): SignIn {
  const { db, members, config, newId, now } = deps;
  let made: { auth: Promise<Auth>; atMs: number } | undefined;

  return {
    config,

    async signedIn(cookie) {
      if (cookie === undefined || !cookie.includes('wafleet.session_token=')) return null;
      const { api } = await current();
      const headers = new Headers({ cookie });
      const found = await api.getSession({ headers, query: { disableRefresh: true } });
      if (found === null) return null;
      const person = await members.findById(found.user.id);
      return person === null ? null : { signInId: found.session.id, person };
    },

    answer: async (request) => (await current()).handler(request),

    async setPassword(userId, password) {
      const { password: passwords } = await (await current()).$context;
      const hash = await passwords.hash(password);
      const account = { providerId: 'credential', accountId: userId };
      await db.signInAccount.upsert({
        where: { providerId_accountId: account },
        create: { id: newId('way'), userId, ...account, password: hash },
        update: { password: hash },
      });
    },

    async signOut(userId) {
      await db.signIn.deleteMany({ where: { userId } });
    },
  };

  async function current(): Promise<Auth> {
    made ??= { auth: load(), atMs: now().getTime() };
    const { auth: loading, atMs } = made;
    const auth = await loading.catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    const isStale = config.openId !== null && now().getTime() - atMs > providerRetryMs;
    if (!isStale || (await hasProvider(auth))) return auth;
    made = undefined;
    return current();
  }

  async function load(): Promise<Auth> {
    const auth = await createAuth(deps);
    await auth.$context;
    return auth;
  }
}

async function hasProvider(auth: Auth): Promise<boolean> {
  const { socialProviders } = await auth.$context;
  return socialProviders.some(({ id }) => id === openIdProvider);
}
