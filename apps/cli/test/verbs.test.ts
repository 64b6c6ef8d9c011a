import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { appendFile, cp, symlink, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { qrViewSchema } from '@wafleet/contracts';
import {
  callStandin,
  type ControlPlane,
  eventually,
  findTenantProcesses,
  processInRole,
  type Stack,
  startStack,
  tempDir,
  type TempDir,
} from '@wafleet/testing';
import { allVerbs } from '../src/verbs/all-verbs';
import { nameOf } from '../src/verbs/schema-verb';
import { accessOf, type Command, createCommand } from './command';

const [owner, customer] = ['15550100001', '15550100900'];

/** One tenant's life, by nothing but the command; each step stands on those before it. */
describe('wafleet, on a fleet that runs', () => {
  let stack: Stack;
  let controlPlane: ControlPlane;
  let receiver: Server;
  let cli: Command;
  let bakery: string;
  let releases: TempDir;

  beforeAll(async () => {
    releases = await tempDir('wafleet-releases-');
    stack = await startStack({
      env: {
        WEBHOOKS: JSON.stringify({ allowHttp: true, networks: ['127.0.0.0/8'] }),
        WORKER_RELEASES_DIR: releases.path,
      },
    });
    controlPlane = await stack.startControlPlane();
    await writeFile(join(stack.dataDir, 'access.json'), accessOf(stack, controlPlane.url), { mode: 0o600 });
    cli = createCommand({ DATA_DIR: stack.dataDir, TENANTS_DIR: stack.tenantsDir });
    receiver = createServer((request, response) => request.resume().once('end', () => response.end()));
    await once(receiver.listen(0, '127.0.0.1'), 'listening');
    await callStandin(stack, 'PUT', `/users/${owner}`, { name: 'Owner' });
    await callStandin(stack, 'PUT', `/users/${customer}`, { name: 'Customer' });
  }, 180_000);

  afterAll(async () => {
    receiver?.close();
    await stack?.stop();
    await releases?.remove();
  }, 120_000);

  it('adds a tenant, shows its code, and says when it is linked', async () => {
    const created = await cli.json(['create', 'Bakery']);
    bakery = created.id;
    const qr = await cli.json(['qr', 'bakery']);
    expect((await cli.run(['qr', 'Bakery'])).stdout).toContain('Scan it for Bakery');
    const watching = cli.run(['qr', 'Bakery', '--watch', '--json']);
    await callStandin(stack, 'POST', `/users/${owner}/scan`, { qr: qr.raw });
    // Until the phone is linked, and no longer.
    const watched = await watching;
    expect(watched).toMatchObject({ exitCode: 0, stderr: '' });
    expect(qrViewSchema.parse(JSON.parse(watched.stdout))).toMatchObject({ state: 'CONNECTED', raw: null });
    await eventually(async () => (await cli.json(['status', bakery])).session.linkIsDurable, {
      timeoutMs: 120_000,
      what: 'a link that survives a crash',
    });
    const started = await cli.json(['start', 'Bakery']);
    expect(started.items).toEqual([expect.objectContaining({ status: 'ACTIVE', tenantId: bakery })]);
    expect(await cli.run(['qr', 'Bakery'])).toMatchObject({
      exitCode: 6,
      stderr: expect.stringContaining('The phone is linked.'),
    });
  }, 300_000);

  it('shows the fleet, one tenant, and how they are', async () => {
    expect(await cli.json(['health'])).toMatchObject({ isReady: true, tenants: { ACTIVE: 1 } });
    expect((await cli.json(['ps', '--status', 'active'])).items).toHaveLength(1);
    expect((await cli.json(['ps', 'no such name'])).items).toEqual([]);
    expect((await cli.run(['ps'])).stdout).toMatch(/^STATUS .*\nACTIVE .*Bakery/);
    expect((await cli.run(['status', owner])).stdout).toContain('yes, proven by a round trip');
    await cli.json(['alerts', '--all']);
    expect(await cli.json(['open'])).toEqual({ url: `${controlPlane.url}/docs`, isOpened: false });
  }, 120_000);

  it('sends, and reads what happened', async () => {
    const message = await cli.json(['send', 'Bakery', customer, 'Rolls', 'are', 'ready', '--once', 'rolls']);
    expect(['SENT', 'DELIVERED', 'READ']).toContain(message.status);
    expect((await cli.json(['send', 'Bakery', customer, 'Rolls are ready', '--once', 'rolls'])).id).toBe(
      message.id,
    );
    expect((await cli.json(['events', 'Bakery', '--type', 'message.status'])).items.length).toBeGreaterThan(
      0,
    );
    expect((await cli.json(['logs', 'Bakery', '-n', '20'])).items.length).toBeGreaterThan(0);
  }, 120_000);

  it('follows events and logs until Ctrl-C, and ends in good order', async () => {
    const followed = await cli.follow(['events', 'Bakery', '--follow', '--json'], (text) =>
      text.includes('\n'),
    );
    expect(followed).toMatchObject({ exitCode: 0, stderr: '' });
    const logs = await cli.follow(['logs', 'Bakery', '-f'], (text) => text.includes('\n'));
    expect(logs).toMatchObject({ exitCode: 0, stderr: '' });
    const watched = await cli.follow(['status', 'Bakery', '--watch'], (text) => text.includes('ACTIVE'));
    expect(watched).toMatchObject({ exitCode: 0, stderr: '' });
  }, 120_000);

  it('keeps webhooks', async () => {
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
    const { id, secret } = await cli.json(['webhooks', 'add', 'Bakery', url, '--description', 'test']);
    expect(secret).toMatch(/^whsec_/);
    expect(await cli.json(['webhooks', 'test', 'Bakery', id])).toMatchObject({ isTaken: true });
    expect((await cli.json(['webhooks', 'disable', 'Bakery', id])).state).toBe('DISABLED');
    expect((await cli.json(['webhooks', 'enable', 'Bakery', id])).state).toBe('ACTIVE');
    expect((await cli.json(['webhooks', 'list', 'Bakery'])).items).toHaveLength(1);
    const since = new Date(Date.now() - 3_600_000).toISOString();
    expect((await cli.json(['webhooks', 'replay', 'Bakery', id, since])).replayed).toBeGreaterThan(0);
    const [delivery] = (await cli.json(['webhooks', 'deliveries', 'Bakery', id])).items;
    await eventually(
      async () => (await cli.json(['webhooks', 'delivery', 'Bakery', id, delivery.id])).attemptLog.length > 0,
      { timeoutMs: 60_000, what: 'an attempt' },
    );
    expect((await cli.run(['webhooks', 'delivery', 'Bakery', id, delivery.id])).stdout).toMatch(
      /TRIED +TOOK +ANSWER +WHY\n.* ms +200/,
    );
    await cli.json(['webhooks', 'remove', 'Bakery', id, '--yes']);
    expect((await cli.json(['webhooks', 'list', 'Bakery'])).items).toEqual([]);
  }, 120_000);

  it('gives a tenant limits of its own, and takes them away', async () => {
    const limits = { memoryBytes: 900 * 2 ** 20, pids: 400 };
    expect(await cli.json(['limits', 'Bakery', '--memory', '900', '--pids', '400'])).toMatchObject({
      limits,
    });
    expect(await cli.json(['limits', 'Bakery'])).toMatchObject({ limits });
    expect(await cli.json(['limits', 'Bakery', '--none'])).toMatchObject({ limits: null });
  });

  it('brings another build of the worker, halts, and goes back', async () => {
    const next = join(releases.path, 'next');
    await cp(resolve(__dirname, '../../worker/dist'), next, { recursive: true });
    await appendFile(join(next, 'worker.cjs'), '\n// Another build.\n');
    expect(await cli.json(['rollout', 'start', 'next', '--watch-for', '600'])).toMatchObject({
      state: 'RUNNING',
      to: { name: 'next' },
    });
    const status = () => cli.json(['rollout', 'status']);
    await eventually(async () => (await status()).items[0]?.state === 'WATCHED', {
      timeoutMs: 60_000,
      what: async () => `the canary connected; now ${JSON.stringify(await status())}`,
    });
    expect((await cli.json(['rollout', 'pause'])).state).toBe('PAUSED');
    expect((await cli.json(['rollout', 'resume'])).state).toBe('RUNNING');
    await cli.json(['rollout', 'back']);
    await eventually(async () => (await status()).state === 'BACK', {
      timeoutMs: 60_000,
      what: async () => `the build before; now ${JSON.stringify(await status())}`,
    });
    expect((await cli.json(['status', 'Bakery'])).status).toBe('ACTIVE');
  }, 180_000);

  it('shows what can be watched as it changes, each line in the shape of its verb', async () => {
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/watched`;
    const { id } = await cli.json(['webhooks', 'add', 'Bakery', url]);
    await cli.json(['send', 'Bakery', customer, 'While it is watched']);
    const [delivery] = await eventually(
      async () => {
        const { items } = await cli.json(['webhooks', 'deliveries', 'Bakery', id]);
        return items.length > 0 ? items : null;
      },
      { timeoutMs: 60_000, what: 'a delivery' },
    );
    const given: Record<string, string[]> = {
      status: ['Bakery'],
      backups: ['Bakery'],
      'webhooks list': ['Bakery'],
      'webhooks deliveries': ['Bakery', id],
      'webhooks delivery': ['Bakery', id, delivery.id],
    };
    for (const { usage, json } of allVerbs.filter(({ isWatchable }) => isWatchable)) {
      const words = [...nameOf(usage).split(' '), ...(given[nameOf(usage)] ?? []), '--watch', '--json'];
      const watched = await cli.follow(words, (text) => text.includes('\n'));
      expect({ words, ...watched }).toMatchObject({ words, exitCode: 0, stderr: '' });
      for (const line of watched.stdout.trim().split('\n')) json.parse(JSON.parse(line));
    }
    await cli.json(['webhooks', 'remove', 'Bakery', id, '--yes']);
  }, 240_000);

  it('keeps keys', async () => {
    const key = await cli.json(['keys', 'create', 'admin', 'Night shift']);
    expect((await cli.json(['keys', 'list'])).items.map(({ id }: { id: string }) => id)).toContain(key.id);
    await cli.json(['keys', 'revoke', key.id, '--yes']);
    const own = await cli.json(['keys', 'create', 'read,send', 'Till', '--tenant', 'Bakery']);
    expect((await cli.json(['keys', 'list', '--tenant', 'Bakery'])).items).toHaveLength(1);
    await cli.json(['keys', 'revoke', own.id, '--tenant', 'Bakery', '--yes']);
    expect(await cli.run(['keys', 'create', 'everything', 'Till', '--tenant', 'Bakery'])).toMatchObject({
      exitCode: 2,
    });
  }, 120_000);

  it('runs commands as the tenant, and ends as they do', async () => {
    const { stdout } = await cli.json(['exec', 'Bakery', 'pwd']);
    expect(stdout.trim()).toBe(join(stack.tenantsDir, bakery));
    expect(await cli.run(['exec', 'Bakery', 'sh', '-c', 'exit 3'])).toMatchObject({ exitCode: 3 });
    expect(await cli.run(['exec', 'Bakery', 'no-such-program'])).toMatchObject({ exitCode: 1 });
  });

  it('completes verbs, options and tenants', async () => {
    for (const shell of ['bash', 'zsh', 'fish']) await cli.json(['completion', shell]);
    const fits = async (...words: string[]) =>
      (await cli.run(['complete', '--', ...words])).stdout.trim().split('\n');
    expect(await fits('rest')).toEqual(['restart', 'restore']);
    expect(await fits('status', 'Ba')).toEqual(['Bakery']);
    expect(await fits('webhooks', 'de')).toEqual(['deliveries', 'delivery']);
    expect(await fits('clean', '--y')).toEqual(['--yes']);
    // As bash asks it, by the script that it was given.
    const asked = `source <(wafleet completion bash)
      COMP_WORDS=(wafleet status Ba) COMP_CWORD=2; _wafleet; echo "\${COMPREPLY[@]}"`;
    const bin = await tempDir();
    await symlink(resolve(__dirname, '../bin/wafleet.cjs'), join(bin.path, 'wafleet'));
    const env = { PATH: `${bin.path}:${process.env.PATH}`, DATA_DIR: stack.dataDir };
    const { stdout } = await promisify(execFile)('bash', ['-c', asked], { env, timeout: 60_000 });
    await bin.remove();
    expect(stdout.trim()).toBe('Bakery');
  });

  it('tells of what went wrong, and restarts', async () => {
    process.kill(processInRole(findTenantProcesses(stack.tenantsDir), bakery, 'worker'), 'SIGKILL');
    const [incident] = await eventually(
      async () => {
        const { items } = await cli.json(['incidents', 'list', 'Bakery']);
        return items.length > 0 ? items : null;
      },
      { timeoutMs: 60_000, what: 'an incident of the killed worker' },
    );
    await cli.json(['incidents', 'show', 'Bakery', incident.id]);
    expect((await cli.json(['restart', 'Bakery', '--force'])).items[0].status).toBe('ACTIVE');
    const again = await cli.run(['restart', 'Bakery', '--json']);
    expect(again).toMatchObject({ exitCode: 7, stdout: '' });
    expect(JSON.parse(again.stderr).error).toMatchObject({ code: 'TOO_SOON', exitCode: 7 });
  }, 240_000);

  it('asks before what can not be undone, and does nothing where nobody can say yes', async () => {
    const refused = await cli.run(['clean', 'Bakery']);
    expect(refused).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/It keeps its login.*--yes/s),
    });
    const before = await cli.json(['status', 'Bakery']);
    const cleaned = await cli.json(['clean', 'Bakery', '--yes']);
    expect(cleaned.status).toBe('ACTIVE');
    expect(cleaned.worker.generation).toBeGreaterThan(before.worker.generation);
  }, 240_000);

  it('does no harm by verbs that have nothing to do', async () => {
    expect((await cli.json(['take-over', 'Bakery'])).status).toBe('ACTIVE');
    expect((await cli.json(['reset-reconnect', 'Bakery'])).status).toBe('ACTIVE');
    await cli.json(['accept-number', 'Bakery', '--yes']);
  }, 120_000);

  it('stops for real, starts without a scan, and begins anew with a fresh code', async () => {
    const stopped = await cli.json(['stop', 'Bakery']);
    expect(stopped.items[0]).toMatchObject({ status: 'PAUSED', worker: { status: 'STOPPED' } });
    expect(findTenantProcesses(stack.tenantsDir)).toEqual([]);
    expect(await cli.run(['qr', 'Bakery', '--timeout', '0'])).toMatchObject({ exitCode: 6 });
    // Where no browser runs, none has to stand still for it.
    const snapshot = await cli.json(['backup', 'Bakery']);
    const { items } = await cli.json(['backups', 'Bakery']);
    expect(items).toContainEqual(expect.objectContaining({ id: snapshot.id, state: 'READY' }));
    expect((await cli.json(['start', 'Bakery'])).items[0].status).toBe('ACTIVE');
    expect((await cli.json(['restore', 'Bakery', snapshot.id, '--yes'])).status).toBe('ACTIVE');
    expect((await cli.json(['reset', 'Bakery', '--yes'])).session.state).toBe('QR_READY');
    expect(await cli.json(['pair', 'Bakery', `+${owner}`])).toMatchObject({ phoneNumber: owner });
    await cli.json(['logout', 'Bakery', '--yes']);
  }, 300_000);

  it('erases a tenant, and says when it is gone', async () => {
    expect(await cli.json(['erase', 'Bakery', '--yes'])).toMatchObject({ isGone: true });
    expect(await cli.run(['status', 'Bakery'])).toMatchObject({ exitCode: 5 });
  }, 180_000);

  it('has had every verb run here, its JSON checked against its schema', () => {
    const names = allVerbs
      .map(({ usage }) => nameOf(usage))
      .filter((name) => !checkedElsewhere.includes(name));
    expect([...cli.checked].sort()).toEqual(names.sort());
  });
});

/** By tests of their own. */
const checkedElsewhere = ['doctor', 'move'];
