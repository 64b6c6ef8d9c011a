import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AlertNotice } from '@wafleet/contracts';
import { Webhook } from 'standardwebhooks';

/** An operator's own program: checks signatures, and keeps what it took. */
export interface AlertReceiver {
  url: string;
  secret: string;
  /** What was taken, in order; a repeat of an id too. */
  taken: { id: string; notice: AlertNotice }[];
  /** Requests, also those that were not taken. */
  requests: number;
  /** The answer from now on. `hang`: none at all. */
  answerWith(status: number | 'hang'): void;
  stop(): Promise<void>;
}

export async function startAlertReceiver(): Promise<AlertReceiver> {
  const secret = `whsec_${Buffer.alloc(32, 'receiver').toString('base64')}`;
  const verifier = new Webhook(secret);
  let answer: number | 'hang' = 200;

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => void chunks.push(chunk));
    request.on('end', () => {
      receiver.requests += 1;
      if (answer === 'hang') return;
      const headers = request.headers as Record<string, string>;
      const notice = verifier.verify(Buffer.concat(chunks).toString(), headers) as AlertNotice;
      if (answer === 200) receiver.taken.push({ id: headers['webhook-id'] as string, notice });
      response.writeHead(answer, { location: '/elsewhere' }).end('thank you');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const receiver: AlertReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hidden-path`,
    secret,
    taken: [],
    requests: 0,
    answerWith: (status) => void (answer = status),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return receiver;
}
