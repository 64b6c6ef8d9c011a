import type { Database } from '@wafleet/db';
import type { NewId } from '../new-id';
import type { SignIn } from './sign-in';

/**
 * Somebody can sign in and let others in: the configured person, made where nobody is an ADMIN with a way to sign in. Once
 * there is one, the setting changes nothing; call it at every start.
 */
export async function ensureFirstAdmin(
  deps: { db: Database; signIn: Pick<SignIn, 'setPassword'>; newId: NewId },
  { email, password }: { email: string; password: string },
): Promise<void> {
  const { db, signIn, newId } = deps;
  const isThere = { fleetRole: 'ADMIN', disabledAt: null, signInAccounts: { some: {} } } as const;
  if ((await db.user.count({ where: isThere })) > 0) return;
  const user = await db.user.upsert({
    where: { email },
    create: { id: newId('usr'), email, name: 'Admin', fleetRole: 'ADMIN', emailVerified: true },
    update: { fleetRole: 'ADMIN', disabledAt: null },
  });
  await signIn.setPassword(user.id, password);
}
