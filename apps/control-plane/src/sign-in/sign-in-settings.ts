import { emailSchema, passwordSchema } from '@wafleet/contracts';
import { ConfigError } from '@wafleet/runtime';
import { z } from 'zod';
import { originsOf, type SignInConfig } from './sign-in-config';

const webAddress = z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' });

/** Addresses of pages with commas between them. */
const webAddresses = z
  .string()
  .default('')
  .transform((text) => text.split(',').flatMap((part) => part.trim() || []))
  .pipe(z.array(webAddress));

/** Settings of the environment; config.ts reads them with the others. */
export const signInSettings = {
  /** Where people reach the web app; its pages, and those of the others, may change something for who is signed in. */
  PUBLIC_URL: webAddress.default('http://localhost:7305'),
  TRUSTED_ORIGINS: webAddresses,
  /** Signs the cookies of people; follows from the master key when absent. Secret; also AUTH_SECRET_FILE. */
  AUTH_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
  /** How long a person stays signed in. */
  SIGN_IN_DAYS: z.coerce.number().int().min(1).max(90).default(7),
  /** What people did is kept for so long; what programs did for a month at most. */
  AUDIT_KEEP_DAYS: z.coerce.number().int().min(1).max(3_650).default(365),
  /** A provider of single sign-on (OpenID Connect), and what its button says. Secret; also OIDC_CLIENT_SECRET_FILE. */
  OIDC_ISSUER: webAddress.optional(),
  OIDC_CLIENT_ID: z.string().optional(),
  OIDC_CLIENT_SECRET: z.string().optional(),
  OIDC_NAME: z.string().max(50).default('Single sign-on'),
  /**
   * Who may sign in and let others in, made at a start where nobody is an ADMIN yet. Secret; also FIRST_ADMIN_PASSWORD_FILE.
   */
  FIRST_ADMIN_EMAIL: emailSchema.default('admin@wafleet.localhost'),
  FIRST_ADMIN_PASSWORD: passwordSchema.optional(),
};

type Settings = z.output<z.ZodObject<typeof signInSettings>>;

/** @throws ConfigError that names what is missing */
export function signInConfig(env: Settings): SignInConfig {
  return {
    publicUrl: env.PUBLIC_URL,
    origins: originsOf(env.PUBLIC_URL, env.TRUSTED_ORIGINS),
    days: env.SIGN_IN_DAYS,
    openId: openId(env),
  };
}

export function firstAdmin({ FIRST_ADMIN_EMAIL: email, FIRST_ADMIN_PASSWORD: password }: Settings) {
  return password === undefined ? undefined : { email, password };
}

function openId(env: Settings): SignInConfig['openId'] {
  const {
    OIDC_ISSUER: issuer,
    OIDC_CLIENT_ID: clientId,
    OIDC_CLIENT_SECRET: clientSecret,
    OIDC_NAME: name,
  } = env;
  if (issuer === undefined) return null;
  if (clientId === undefined || clientSecret === undefined)
    throw new ConfigError(
      'OIDC_ISSUER needs OIDC_CLIENT_ID and OIDC_CLIENT_SECRET, as the provider gave them.',
    );
  return { issuer, clientId, clientSecret, name };
}
