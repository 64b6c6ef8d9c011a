import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A mail server that asks for credentials, and keeps what it took. */
export interface MailServer {
  /** With the right credentials. */
  url: string;
  mails: { to: string[]; headers: Record<string, string>; text: string }[];
  /** The status with which it refuses every mail; null: it takes them. */
  refuse: number | null;
  stop(): Promise<void>;
}

export async function startMailServer(login: { user: string; password: string }): Promise<MailServer> {
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth({ username, password }, _session, done) {
      if (username === login.user && password === login.password) done(null, { user: username });
      else done(new Error('who are you'));
    },
    onData(stream, session, done) {
      let source = '';
      stream.on('data', (chunk: Buffer) => void (source += chunk.toString()));
      stream.on('end', () => {
        if (mailServer.refuse !== null)
          return done(Object.assign(new Error('not taken'), { responseCode: mailServer.refuse }));
        const to = session.envelope.rcptTo.map(({ address }) => address);
        mailServer.mails.push({ to, ...parse(source) });
        done();
      });
    },
  });
  // What a client that gives up does to a connection is no fault of the server.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  const mailServer: MailServer = {
    url: `smtp://${encodeURIComponent(login.user)}:${encodeURIComponent(login.password)}@127.0.0.1:${port}`,
    mails: [],
    refuse: null,
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
  return mailServer;
}

/** Headers by their names in lower case, folded lines joined; the text as it was written. */
function parse(source: string): { headers: Record<string, string>; text: string } {
  const [head = '', ...rest] = source.split('\r\n\r\n');
  const lines = head.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n');
  const pairs = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  return { headers: Object.fromEntries(pairs), text: decode(rest.join('\r\n\r\n')) };
}

/** Quoted-printable. */
function decode(text: string): string {
  const bytes = text
    .replaceAll('=\r\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}
