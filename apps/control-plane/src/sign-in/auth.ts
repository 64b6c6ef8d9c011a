import { maxPasswordLength, minPasswordLength } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import type { Logger } from '@wafleet/runtime';
import type { NewId } from '../new-id';
import { authPath, openIdProvider, type SignInConfig } from './sign-in-config';

export type Auth = Awaited<ReturnType<typeof createAuth>>;

const idPrefixes: Record<string, string> = {
  user: 'usr',
  session: 'sig',
  account: 'way',
  verification: 'ver',
};

/**
 * better-auth on our tables. It owns passwords, cookies and who is signed in; what people may do is ours. Its own limits of
 * tries are off (tries.ts counts them before a password is hashed), and so is its cache of sessions in the cookie, by which
 * one that was ended would live on. It is loaded here, not at the start of the process.
 */
export async function createAuth(deps: {
  db: Database;
  config: SignInConfig;
  secret: string;
  newId: NewId;
  log: Logger;
}) {
  const { db, config, secret, newId, log } = deps;
  const { betterAuth } = await import('better-auth/minimal');
  const { prismaAdapter } = await import('better-auth/adapters/prisma');
  const { APIError } = await import('better-auth/api');
  return betterAuth({
    appName: 'Wafleet',
    baseURL: config.publicUrl,
    basePath: authPath,
    trustedOrigins: [...config.origins],
    secret,
    database: prismaAdapter(db, { provider: 'postgresql' }),
    user: { modelName: 'user' },
    session: {
      modelName: 'signIn',
      expiresIn: config.days * 24 * 60 * 60,
      disableSessionRefresh: true,
      cookieCache: { enabled: false },
    },
    account: {
      modelName: 'signInAccount',
      // Who is invited is vouched for; of whom the provider must know that the address is theirs.
      accountLinking: { enabled: true, requireLocalEmailVerified: false },
    },
    verification: { modelName: 'signInVerification' },
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength, maxPasswordLength },
    plugins: config.openId === null ? [] : [await openIdPlugin(config.openId)],
    databaseHooks: {
      session: {
        create: {
          before: async ({ userId }) => {
            const user = await db.user.findUnique({ where: { id: userId }, select: { disabledAt: true } });
            if (user?.disabledAt === null) return;
            throw new APIError('FORBIDDEN', {
              code: 'ACCOUNT_DISABLED',
              message: 'This account is disabled.',
            });
          },
        },
      },
    },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    onAPIError: { errorURL: new URL('/sign-in', config.publicUrl).href },
    advanced: {
      cookiePrefix: 'wafleet',
      ipAddress: { ipAddressHeaders: ['x-client-address'] },
      database: { generateId: ({ model }) => newId(idPrefixes[model] ?? 'aut') },
    },
    // Its further arguments may hold what people sent.
    logger: {
      level: 'warn',
      log: (level, message) => log[level === 'error' ? 'error' : 'debug']({ message }, 'sign-in'),
    },
  });
}

async function openIdPlugin({ issuer, clientId, clientSecret, name }: NonNullable<SignInConfig['openId']>) {
  const { genericOAuth } = await import('better-auth/plugins/generic-oauth');
  return genericOAuth({
    config: [
      {
        providerId: openIdProvider,
        name,
        discoveryUrl: `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
        clientId,
        clientSecret,
        scopes: ['openid', 'email', 'profile'],
        pkce: true,
        disableSignUp: true,
        requireIdTokenVerification: true,
      },
    ],
  });
}
