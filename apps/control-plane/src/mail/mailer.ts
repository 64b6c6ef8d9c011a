import { createTransport } from 'nodemailer';
import { withDeadline } from '@wafleet/runtime';

export interface MailerSettings {
  /** `smtp://` or `smtps://`, with user and password where the server wants them. */
  smtpUrl: string;
  from: string;
}

export interface Mail {
  /** A repeat has the same, so that mailboxes show it once. */
  id: string;
  to: readonly string[];
  subject: string;
  text: string;
  date: Date;
}

/** `unreached`: another try may help; `refused`: none will. */
export type MailTaking = { kind: 'taken' } | { kind: 'unreached' | 'refused'; problem: string };

/** Sends plain text, one connection each. Never rejects. */
export interface Mailer {
  send(mail: Mail): Promise<MailTaking>;
}

const stepTimeoutMs = 10_000;
/** For all steps together: a server that is slow at each of them must not hold up what waits. */
const sendTimeoutMs = 20_000;

export function createMailer({ smtpUrl, from }: MailerSettings): Mailer {
  const transport = createTransport({
    ...serverOf(new URL(smtpUrl)),
    connectionTimeout: stepTimeoutMs,
    greetingTimeout: stepTimeoutMs,
    socketTimeout: stepTimeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });

  return {
    async send({ id, to, subject, text, date }) {
      const message = {
        from,
        to: [...to],
        subject,
        text,
        date,
        messageId: `<${id}@wafleet>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
      };
      try {
        // Resolves when one of several recipients was accepted.
        await withDeadline(transport.sendMail(message), sendTimeoutMs, 'sending an e-mail');
        return { kind: 'taken' };
      } catch (error) {
        return takingOf(error);
      }
    },
  };
}

/** Credentials go over an encrypted connection only, but for a server of this machine. */
function serverOf({ protocol, hostname, port, username, password }: URL) {
  const secure = protocol === 'smtps:';
  const auth =
    username === '' ? undefined : { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    ...(port === '' ? {} : { port: Number(port) }),
    secure,
    requireTLS: !secure && auth !== undefined && !isHere,
    ...(auth === undefined ? {} : { auth }),
  };
}

/** Without what the server says, which may repeat addresses. */
function takingOf(error: unknown): MailTaking {
  const {
    code = 'unknown',
    responseCode,
    permanent,
  } = error as {
    code?: string;
    responseCode?: number;
    permanent?: boolean;
  };
  if (code === 'EAUTH' || code === 'ENOAUTH')
    return { kind: 'unreached', problem: 'The mail server does not accept the credentials.' };
  if (responseCode === undefined)
    return { kind: 'unreached', problem: `The mail server can't be reached (${code}).` };
  const kind = permanent === true ? 'refused' : 'unreached';
  return { kind, problem: `The mail server answered ${responseCode}.` };
}
