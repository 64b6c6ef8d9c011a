import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { eventually, freePort, tempDir, type TempDir } from '@wafleet/testing';
import { isAlive, type ProcessIdentity } from '../src/processes/process-identity';

const launcher = resolve(__dirname, '../dist/main.js');
const startMs = 60_000;
jest.setTimeout(180_000);

let folder: TempDir;
let settings: Record<string, string>;
const runs: Run[] = [];

beforeEach(async () => {
  folder = await tempDir();
  const names = ['PORT', 'LINK_PORT', 'POSTGRES_PORT', 'STANDIN_PORT', 'STANDIN_TLS_PORT', 'WEB_PORT'];
  settings = { DATA_DIR: join(folder.path, 'data') };
  for (const name of names) settings[name] = String(await freePort());
});

afterEach(async () => {
  for (const run of runs.splice(0)) await run.end('SIGTERM');
  await folder.remove();
});

interface Run {
  child: ChildProcess;
  output(): string;
  until(text: string): Promise<void>;
  end(signal: NodeJS.Signals): Promise<number | null>;
}

function launch(command: 'start' | 'demo', more: Record<string, string> = {}): Run {
  const child = spawn(process.execPath, [launcher, command], {
    env: { ...process.env, DATABASE_URL: '', ...settings, ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const run: Run = {
    child,
    output: () => output,
    until: async (text) => {
      await eventually(() => output.includes(text), {
        timeoutMs: startMs,
        what: () => `“${text}”; it printed:\n${output}`,
      });
    },
    end: async (signal) => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill(signal);
        await once(child, 'exit');
      }
      return child.exitCode;
    },
  };
  runs.push(run);
  return run;
}

/** The processes that data/run.json names, by name. */
function processes(): Record<string, ProcessIdentity> {
  const record = JSON.parse(readFileSync(join(settings.DATA_DIR as string, 'run.json'), 'utf8')) as {
    children: Record<string, ProcessIdentity>;
  };
  return record.children;
}

describe('the launcher', () => {
  it('starts everything, keeps the keys to its owner, and leaves no process behind', async () => {
    const run = launch('start');
    await run.until('Wafleet is ready');
    const accessPath = join(settings.DATA_DIR as string, 'access.json');
    expect(statSync(accessPath).mode & 0o777).toBe(0o600);
    const access = JSON.parse(readFileSync(accessPath, 'utf8')) as Record<string, string>;
    expect(Object.keys(access)).toEqual(['controlPlaneUrl', 'webUrl', 'adminKey', 'portalKey']);
    const headers = { authorization: `Bearer ${access.adminKey}` };
    expect((await fetch(`${access.controlPlaneUrl}/admin/tenants`, { headers })).status).toBe(200);

    // The first operator's password is shown once, and opens what it says.
    await run.until('Sign in as operator');
    const [, email, password] = /Sign in as operator: (\S+) +(\S+)/.exec(run.output()) ?? [];
    const web = { 'x-portal-key': access.portalKey as string, origin: access.webUrl as string };
    const signedIn = await fetch(`${access.controlPlaneUrl}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: { ...web, 'content-type': 'application/json' },
      body: JSON.stringify({ email, password }),
    });
    expect(signedIn.status).toBe(200);
    const cookie = signedIn.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ');
    const me = await fetch(`${access.controlPlaneUrl}/me`, { headers: { ...web, cookie } });
    expect(await me.json()).toMatchObject({ email, fleetRole: 'ADMIN' });
    const kept =
      readFileSync(accessPath, 'utf8') + readFileSync(join(settings.DATA_DIR as string, 'run.json'), 'utf8');
    expect(kept).not.toContain(password);

    const started = Object.values(processes());
    expect(started).toHaveLength(3);
    expect(await run.end('SIGTERM')).toBe(0);
    expect(started.filter(isAlive)).toEqual([]);
  });

  it('takes its own processes with it when it is killed, and says so at the next start', async () => {
    const first = launch('start');
    await first.until('Wafleet is ready');
    const started = Object.values(processes());
    await first.end('SIGKILL');
    await eventually(() => started.filter(isAlive).length === 0, {
      timeoutMs: 60_000,
      what: 'the end of Postgres, control plane and web app',
    });
    const second = launch('start');
    await second.until('Wafleet is ready');
    expect(second.output()).toContain('The earlier run was cut off');
  });

  it.each(['control plane', 'Postgres'])('starts a %s again that was killed', async (name) => {
    const run = launch('start');
    await run.until('Wafleet is ready');
    const before = processes()[name] as ProcessIdentity;
    process.kill(before.pid, 'SIGKILL');
    await run.until(`${name} ended unexpectedly`);
    await eventually(() => processes()[name]?.pid !== before.pid, {
      timeoutMs: startMs,
      what: 'another one',
    });
    await eventually(async () => (await fetch(`http://127.0.0.1:${settings.PORT}/readyz`)).ok, {
      timeoutMs: startMs,
      what: 'readiness',
    });
  });

  it('stops in order when nobody reads what it prints any more', async () => {
    const run = launch('start');
    await run.until('Postgres is ready');
    run.child.stdout?.destroy();
    await once(run.child, 'exit');
    expect(run.child.exitCode).toBe(0);
  });

  it('says at the first signal during its start that it stops after this step, and does', async () => {
    const run = launch('start');
    await run.until('Postgres is ready');
    run.child.kill('SIGINT');
    await run.until('Stopping when this step is done');
    await once(run.child, 'exit');
    expect(run.output()).toContain('Everything is stopped');
    expect(run.output()).not.toContain('Wafleet is ready');
  });

  it('kills what is left at the second signal', async () => {
    const run = launch('start');
    await run.until('Wafleet is ready');
    const started = Object.values(processes());
    process.kill((processes()['control plane'] as ProcessIdentity).pid, 'SIGSTOP');
    run.child.kill('SIGINT');
    await run.until('Stopping');
    run.child.kill('SIGINT');
    await once(run.child, 'exit');
    expect(run.child.exitCode).toBe(130);
    await eventually(() => started.filter(isAlive).length === 0, { timeoutMs: 60_000, what: 'their end' });
  });

  it('refuses to run twice on one data folder', async () => {
    const first = launch('start');
    await first.until('Wafleet is ready');
    const second = launch('start');
    await once(second.child, 'exit');
    expect(second.child.exitCode).toBe(1);
    expect(second.output()).toContain(`Wafleet already runs on ${settings.DATA_DIR}`);
  });

  it.each(['PORT', 'LINK_PORT', 'POSTGRES_PORT', 'STANDIN_PORT', 'STANDIN_TLS_PORT'])(
    'says that %s is taken, and stops what it had started',
    async (setting) => {
      const port = Number(settings[setting]);
      const other = createServer().listen(port, '127.0.0.1');
      const run = launch('demo');
      await once(run.child, 'exit');
      expect(run.child.exitCode).toBe(1);
      expect(run.output()).toContain(`\nPort ${port} is taken; set ${setting} to a free one.\n`);
      expect(run.output()).not.toContain('    at ');
      await new Promise((done) => other.close(done));
    },
  );
});

describe('a wrong setting', () => {
  it.each([
    ['DATABASE_URL', 'postgresql://user:secret@127.0.0.1:1/wafleet', 'nothing listens there'],
    ['DATABASE_URL', 'mysql://secret/wafleet', 'must be a postgresql:// address'],
    ['ADMIN_KEY', 'secret', 'must have at least 32 characters'],
    ['PORT', 'secret', 'must be a port number'],
    ['DATA_DIR', '/dev/null/secret', "can't be written to (ENOTDIR)"],
  ])('%s is named before anything runs, without a stack', async (setting, value, sentence) => {
    const run = launch('start', { [setting]: value });
    await once(run.child, 'exit');
    expect(run.child.exitCode).toBe(1);
    expect(run.output()).toContain(setting);
    expect(run.output()).toContain(sentence);
    expect(run.output()).not.toContain('    at ');
    if (setting !== 'DATA_DIR') expect(run.output()).not.toContain('secret');
  });
});

describe('the demo', () => {
  it('links three tenants, and brings them back without a scan', async () => {
    const first = launch('demo');
    await first.until('Things to try');
    expect(first.output().match(/QR scanned/g)).toHaveLength(3);
    expect(await first.end('SIGINT')).toBe(0);
    const second = launch('demo');
    await second.until('Things to try');
    expect(second.output()).not.toContain('QR scanned');
    expect(await second.end('SIGTERM')).toBe(0);
  });
});
