import { ConfigError } from '@wafleet/runtime';
import { z } from 'zod';
import { json } from '../json-setting';
import { alertPolicySchema } from './alert-policy';

/** Addresses with commas between them. */
const emailList = z
  .string()
  .transform((text) => text.split(',').map((address) => address.trim()))
  .pipe(z.array(z.email({ error: 'must be e-mail addresses, with commas between them' })).max(20));

/** How operators are told of what needs them. */
export const alertSettings = {
  /**
   * Where operators are told what needs a person, and what signs it: 24 bytes or more as base64, with or without `whsec_`.
   * Secret; also ALERT_WEBHOOK_URL_FILE, ALERT_WEBHOOK_SECRET_FILE.
   */
  ALERT_WEBHOOK_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' })
    .refine((url) => new URL(url).username === '', 'must hold no user name; the signature proves who sends')
    .optional(),
  ALERT_WEBHOOK_SECRET: z
    .string()
    .regex(
      /^(whsec_)?(?:[A-Za-z0-9+/]{4}){8,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/,
      'must be at least 24 bytes as base64, with or without whsec_ before it',
    )
    .optional(),
  /**
   * The mail server by which operators are told, `smtp://user:password@host:587` or `smtps://…`; to whom, and from which
   * address. Secret; also SMTP_URL_FILE.
   */
  SMTP_URL: z
    .url({ protocol: /^smtps?$/, error: 'must be an smtp:// or smtps:// address' })
    .refine((url) => new URL(url).search === '', 'must end after host and port')
    .optional(),
  ALERT_EMAIL_TO: emailList.optional(),
  ALERT_EMAIL_FROM: z.email({ error: 'must be an e-mail address' }).optional(),
  /** How operators are told, as JSON; see alerts/alert-policy.ts. */
  ALERTING: json(alertPolicySchema.prefault({})),
};

export function alertWebhook(env: {
  ALERT_WEBHOOK_URL?: string | undefined;
  ALERT_WEBHOOK_SECRET?: string | undefined;
}) {
  const { ALERT_WEBHOOK_URL: url, ALERT_WEBHOOK_SECRET: secret } = env;
  if (url === undefined) return undefined;
  if (secret === undefined)
    throw new ConfigError('ALERT_WEBHOOK_URL needs ALERT_WEBHOOK_SECRET, which signs what is sent.');
  return { url, secret };
}

/** For what is sent to people who are not told of alerts. */
export function mail(env: { SMTP_URL?: string | undefined; ALERT_EMAIL_FROM?: string | undefined }) {
  const { SMTP_URL: smtpUrl, ALERT_EMAIL_FROM: from } = env;
  return smtpUrl === undefined || from === undefined ? undefined : { smtpUrl, from };
}

export function alertEmail(env: {
  SMTP_URL?: string | undefined;
  ALERT_EMAIL_TO?: string[] | undefined;
  ALERT_EMAIL_FROM?: string | undefined;
}) {
  const { SMTP_URL: smtpUrl, ALERT_EMAIL_TO: to, ALERT_EMAIL_FROM: from } = env;
  if (to === undefined) return undefined;
  if (smtpUrl === undefined || from === undefined)
    throw new ConfigError(
      'ALERT_EMAIL_TO needs SMTP_URL, the mail server, and ALERT_EMAIL_FROM, the sender.',
    );
  return { smtpUrl, from, to };
}
