import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ControlPlane, type Stack, startStack } from '@wafleet/testing';
import { processesOf, type ProcessFacts } from './processes';
import { createPerson } from './simulated-people';
import { linkedTenant } from './tenant-steps';

const asRoot = process.getuid?.() === 0;
/** Runs only where the tests run as root: only root can give each tenant a user of its own. */
const itAsRoot = asRoot ? it : it.skip;

describe('a tenant looked at from inside', () => {
  let stack: Stack;
  let controlPlane: ControlPlane;
  let first: string;
  let second: string;

  beforeAll(async () => {
    stack = await startStack();
    controlPlane = await stack.startControlPlane();
    first = await linkedTenant(controlPlane, 'First', await createPerson(stack, '15550100021', 'First'));
    second = await linkedTenant(controlPlane, 'Second', await createPerson(stack, '15550100022', 'Second'));
  });

  afterAll(async () => {
    await stack?.stop();
  });

  const folder = (tenantId: string) => join(stack.tenantsDir, tenantId);
  const isBrowser = (one: ProcessFacts) => /headless-shell|chrom/.test(one.command.split(' ')[0] ?? '');

  it('the sandbox of Chromium is on, and its renderers are confined by it', () => {
    const browsers = processesOf(folder(first)).filter(isBrowser);
    expect(browsers.length).toBeGreaterThan(2);
    for (const one of browsers) expect(one.command).not.toMatch(/--no-sandbox|--disable-setuid-sandbox/);
    const renderers = browsers.filter((one) => one.command.includes('--type=renderer'));
    expect(renderers.length).toBeGreaterThan(0);
    const own = processesOf(folder(first)).find((one) => !isBrowser(one)) as ProcessFacts;
    for (const one of renderers) {
      expect(one.seccomp).toBe(2);
      expect(one.userNamespace).not.toBe(own.userNamespace);
    }
  });

  itAsRoot('each tenant has a user of its own and nothing of it runs as root', () => {
    const uids = [first, second].map((tenantId) => {
      const found = new Set(processesOf(folder(tenantId)).map((one) => one.uid));
      expect(found.size).toBe(1);
      return [...found][0];
    });
    expect(uids).not.toContain(0);
    expect(uids[0]).not.toBe(uids[1]);
  });

  it('its environment and files hold no key but its own', () => {
    const secrets = [stack.adminKey, stack.portalKey, stack.databaseUrl, new URL(stack.databaseUrl).password];
    const otherToken = readSettings(folder(second)).token as string;
    for (const one of processesOf(folder(first))) {
      const text = [one.command, ...one.environment].join('\n');
      for (const secret of [...secrets, otherToken]) expect(text).not.toContain(secret);
    }
    for (const file of filesBelow(folder(first))) {
      const text = readFileSync(file, 'latin1');
      for (const secret of [...secrets, otherToken]) expect(text).not.toContain(secret);
    }
  });

  itAsRoot(
    'its user can read neither another tenant nor the data folder, and its files are closed to others',
    () => {
      const uid = (processesOf(folder(first))[0] as ProcessFacts).uid;
      const attempt = (command: string) =>
        spawnSync('/bin/sh', ['-c', command], { uid, gid: uid, encoding: 'utf8', timeout: 10_000 });
      expect(attempt(`ls ${folder(first)}/run`).status).toBe(0);
      expect(attempt(`ls ${folder(second)}`).status).not.toBe(0);
      expect(attempt(`cat ${folder(second)}/run/worker.json`).status).not.toBe(0);
      expect(attempt(`ls ${stack.dataDir}`).status).not.toBe(0);
      expect(statSync(folder(first)).mode & 0o007).toBe(0);
    },
  );
});

function readSettings(tenantFolder: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(tenantFolder, 'run/worker.json'), 'utf8'));
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
