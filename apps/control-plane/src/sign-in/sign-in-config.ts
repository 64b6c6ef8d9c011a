/** Where better-auth answers, here and, passed on unchanged, in the web app. */
export const authPath = '/api/auth';
export const openIdProvider = 'openid';

export interface SignInConfig {
  /** Where people reach the web app. */
  publicUrl: string;
  /** Origins whose pages may change something, that of `publicUrl` among them. */
  origins: readonly string[];
  /** How long a person stays signed in. */
  days: number;
  /** A provider of single sign-on. */
  openId: { issuer: string; clientId: string; clientSecret: string; name: string } | null;
}

/** Pages of the same machine are reached by either of its names. */
export function originsOf(publicUrl: string, others: readonly string[]): string[] {
  const { origin, hostname } = new URL(publicUrl);
  const twin = { localhost: '127.0.0.1', '127.0.0.1': 'localhost' }[hostname];
  const twins = twin === undefined ? [] : [origin.replace(`//${hostname}`, `//${twin}`)];
  return [...new Set([origin, ...twins, ...others.map((other) => new URL(other).origin)])];
}
