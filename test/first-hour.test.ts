import { execFile, spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
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
    controlPlane = await stack.startControlPlane();
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
});
