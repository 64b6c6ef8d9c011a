import { execFile, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  asAdmin,
  type ControlPlane,
  createApiClient,
  eventually,
  type Stack,
  startStack,
} from '@wafleet/testing';
import { createPerson, type Person } from './simulated-people';
import { linkedTenant } from './tenant-steps';

const repository = resolve(__dirname, '..');
/** Whom docs/api.md writes to. */
const customerNumber = '15550100201';

/** The commands of docs/api.md's first hour, as somebody would paste them one after the other. */
async function commandsOfFirstHour(): Promise<string> {
  const page = await readFile(join(repository, 'docs/api.md'), 'utf8');
  const section = page.split('\n## The first hour\n')[1]?.split('\n## ')[0] ?? '';
  return [...section.matchAll(/```sh\n(.*?)```/gs)].map(([, commands]) => commands).join('\n');
}

describe('the first hour', () => {
  let stack: Stack;
  let controlPlane: ControlPlane;
  let owner: Person;
  let customer: Person;
  let tenantId: string;

  beforeAll(async () => {
    stack = await startStack();
    const webhooks = { allowHttp: true, networks: ['127.0.0.0/8'] };
    controlPlane = await stack.startControlPlane({ env: { WEBHOOKS: JSON.stringify(webhooks) } });
    owner = await createPerson(stack, '15550100002', 'Owner');
    customer = await createPerson(stack, customerNumber, 'Customer');
    tenantId = await linkedTenant(controlPlane, 'Bakery', owner);
  });
  afterAll(() => stack?.stop());

  it('as docs/api.md tells it makes a key, sends and follows events', async () => {
    const folder = join(stack.dataDir, 'first-hour');
    await mkdir(join(folder, 'data'), { recursive: true });
    await writeFile(
      join(folder, 'data/access.json'),
      JSON.stringify({ controlPlaneUrl: controlPlane.url, adminKey: stack.adminKey }),
    );
    const commands = await commandsOfFirstHour();
    expect(commands).toContain('/v1/messages');
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', commands], {
      cwd: folder,
      timeout: 90_000,
    });
    expect(stdout).toContain('"type":"message.status"');
    expect(stdout).toContain('"body":"Hello"');
    const chat = await eventually(
      async () => {
        const items = await customer.chatWith(owner.number);
        return items.length > 0 ? items : null;
      },
      { timeoutMs: 60_000, what: 'the message on the phone' },
    );
    expect(chat.map(({ body }) => body)).toEqual(['Hello']);
  });

  it('with the echo bot of examples/ ends in answers, each once', async () => {
    const key = await controlPlane.admin.post(`/admin/tenants/${tenantId}/keys`, {
      name: 'Echo bot',
      scopes: ['read', 'send'],
    });
    const bot = spawn(process.execPath, [join(repository, 'examples/echo-bot.mjs')], {
      env: { PATH: process.env['PATH'], WAFLEET_URL: controlPlane.url, WAFLEET_KEY: key.key },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const pipe of [bot.stdout, bot.stderr]) pipe.on('data', (chunk) => (said += chunk));
    try {
      await eventually(() => said.includes('listening'), {
        timeoutMs: 60_000,
        what: () => `the bot; it said ${said}`,
      });
      const texts = ['One', 'Two', 'Three'];
      for (const text of texts) await customer.send(owner.number, text);
      const answers = await eventually(
        async () => {
          const items = (await customer.chatWith(owner.number)).filter(
            ({ from, body }) => from !== customerNumber && texts.includes(body),
          );
          return items.length >= texts.length ? items : null;
        },
        { timeoutMs: 60_000, what: () => `the answers; the bot said ${said}` },
      );
      expect(answers.map(({ body, timesReceived }) => [body, timesReceived])).toEqual(
        texts.map((text) => [text, 1]),
      );
      const caller = createApiClient(controlPlane.url, asAdmin(key.key));
      expect((await caller.call('GET', '/v1/qr')).body).toMatchObject({
        code: 'SCOPE_MISSING',
        scope: 'manage',
      });
    } finally {
      bot.kill();
    }
  });

  it('with the receiver of examples/ takes what is signed, once each, and nothing that is forged or old', async () => {
    const caught: Caught[] = [];
    // Between the two, as somebody might be who listens in.
    const wire = createServer((request, response) => {
      void (async () => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        const one = {
          headers: request.headers as Record<string, string>,
          text: Buffer.concat(chunks).toString(),
        };
        caught.push(one);
        response.writeHead(await deliver(one)).end();
      })().catch(() => response.destroy());
    });
    await new Promise<void>((done) => wire.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${(wire.address() as AddressInfo).port}/hook`;
    const at = `/admin/tenants/${tenantId}/webhooks`;
    const { id: webhookId, secret } = await controlPlane.admin.post(at, {
      url,
      events: ['message.received'],
    });
    const receiver = spawn(process.execPath, [await installedExample(stack.dataDir)], {
      env: { PATH: process.env['PATH'], WEBHOOK_SECRET: secret, PORT: '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const pipe of [receiver.stdout, receiver.stderr]) pipe.on('data', (chunk) => (said += chunk));
    const port = () => /^listening on (\d+)$/m.exec(said)?.[1];
    const waiting = (what: string) => ({
      timeoutMs: 60_000,
      what: () => `${what}; the receiver said ${said}`,
    });
    async function deliver({ headers, text }: Caught): Promise<number> {
      const { host: _, connection: __, 'content-length': ___, ...others } = headers;
      const answer = await fetch(`http://127.0.0.1:${port()}/hook`, {
        method: 'POST',
        headers: others,
        body: text,
      });
      return answer.status;
    }
    try {
      await eventually(() => port() !== undefined, waiting('the receiver'));
      await customer.send(owner.number, 'Four');
      await eventually(() => said.includes('message.received: "Four"'), waiting('the event'));
      const [first] = caught as [Caught];
      const id = first.headers['webhook-id'] as string;
      const [seconds, text] = [Math.floor(Date.now() / 1_000), first.text];
      const signed = (time: number, by = secret, of = id): Caught => ({
        headers: {
          ...first.headers,
          'webhook-id': of,
          'webhook-timestamp': String(time),
          'webhook-signature': signature(by, `${of}.${time}.${text}`),
        },
        text,
      });
      const altered = (headers: Record<string, string>) =>
        deliver({ text, headers: { ...first.headers, ...headers } });
      expect({
        anotherId: await altered({ 'webhook-id': `${id}0` }),
        anotherTime: await altered({ 'webhook-timestamp': String(seconds - 1_000) }),
        oneByte: await deliver({ ...first, text: text.replace('Four', 'Five') }),
        byAnotherSecret: await deliver(signed(seconds, `whsec_${Buffer.alloc(24, 1).toString('base64')}`)),
        unsigned: await altered({ 'webhook-signature': '' }),
        sixMinutesOld: await deliver(signed(seconds - 360)),
        sixMinutesAhead: await deliver(signed(seconds + 360)),
      }).toEqual({
        anotherId: 401,
        anotherTime: 401,
        oneByte: 401,
        byAnotherSecret: 401,
        unsigned: 401,
        sixMinutesOld: 401,
        sixMinutesAhead: 401,
      });
      // What was caught and is sent again in time is answered, and not done again; nor is what Wafleet sends again.
      expect(await deliver(first)).toBe(204);
      await controlPlane.admin.post(`${at}/${webhookId}/deliveries/${id}/replay`);
      await eventually(() => caught.length >= 2, waiting('the replay'));
      expect(caught[1]?.headers['webhook-id']).toBe(id);
      await customer.send(owner.number, 'Five');
      await eventually(() => said.includes('message.received: "Five"'), waiting('the next event'));
      expect(said.match(/"Four"/g)).toHaveLength(1);
      // The signature by hand is a good one: under an id of its own it is taken.
      expect(await deliver(signed(seconds, secret, 'another'))).toBe(204);
      await eventually(() => said.match(/"Four"/g)?.length === 2, waiting('what was signed by hand'));
    } finally {
      receiver.kill();
      wire.closeAllConnections();
      wire.close();
    }
  });
});

/** A delivery as somebody sees it who listens in. */
interface Caught {
  headers: Record<string, string>;
  text: string;
}

/** As Standard Webhooks writes it, by hand. */
function signature(secret: string, signed: string): string {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
}

/** The example in a folder of its own, where what it needs is installed. */
async function installedExample(parent: string): Promise<string> {
  const folder = join(parent, 'receiver');
  await mkdir(join(folder, 'node_modules'), { recursive: true });
  const installed = join(repository, 'apps/control-plane/node_modules/standardwebhooks');
  await symlink(installed, join(folder, 'node_modules/standardwebhooks'));
  const program = join(folder, 'webhook-receiver.mjs');
  await copyFile(join(repository, 'examples/webhook-receiver.mjs'), program);
  return program;
}
