import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fetchDebianPackages, programsDir } from '@wafleet/local-stack';
import {
  endAll,
  eventually,
  freePort,
  networkTurnMs,
  type ServerProcess,
  startServerProcess,
  type TempDir,
  tempDir,
} from '@wafleet/testing';
import { signedIn, startWebStack, type WebStack } from './web/portal-steps';

const run = promisify(execFile);
const repository = resolve(__dirname, '..');
const page = readFileSync(join(repository, 'docs/deploy.md'), 'utf8');
const blocksOf = (language: string) =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].map(([, text]) => text as string);

const lines = [
  ...new Set(
    blocksOf('sh')
      .join('')
      .replaceAll(/\\\n\s*/g, '')
      .split('\n')
      .map((line) => line.replace(/\s+# .*$/, ''))
      .filter((line) => line !== ''),
  ),
];

/** Where lines are run as they stand on the page. */
const runners = ['test/compose.test.ts', 'packages/testing/src/engine/demo-stack.ts'];

/** What is tried in other words: the part of a line that is, the file that does it, and how it says so. */
const elsewhere: Record<string, [file: string, words: string]> = {
  'compose.yaml build': ['test/compose.test.ts', '--profile demo build'],
  'compose.yaml up --detach': ['packages/testing/src/engine/demo-stack.ts', '--profile demo up --detach'],
  'docker build --file docker/worker/Dockerfile': [
    'packages/testing/src/engine/container-stack.ts',
    '/Dockerfile`',
  ],
  'docker/firewall/firewall.sh set': ['test/compose.test.ts', 'firewall.sh set'],
  'npx wafleet rollout start': ['apps/cli/test/verbs.test.ts', "'rollout', 'start'"],
  'npx wafleet rollout status': ['apps/cli/test/verbs.test.ts', "'rollout', 'status'"],
  'npx wafleet rollout back': ['apps/cli/test/verbs.test.ts', "'rollout', 'back'"],
  'npx wafleet backup --database': ['apps/cli/test/database-backup.test.ts', "'backup', '--database'"],
  'npx wafleet restore --database': ['apps/cli/test/database-backup.test.ts', "'restore', '--database'"],
};

/** What needs no proof. */
const untried = ['git pull'];

describe('docs/deploy.md', () => {
  it.each(lines)('names what is tried: %s', (line) => {
    const isRun = runners.some((file) => readFileSync(join(repository, file), 'utf8').includes(line));
    const other = Object.keys(elsewhere).find((part) => line.includes(part));
    const isUntried = untried.some((part) => line.includes(part));
    expect([line, isRun || other !== undefined || isUntried]).toEqual([line, true]);
  });

  it.each(Object.entries(elsewhere))('is right that %s is tried elsewhere', (_line, [file, words]) => {
    expect(readFileSync(join(repository, file), 'utf8')).toContain(words);
  });
});

describe('nginx, as docs/deploy.md has it', () => {
  let folder: TempDir;
  let port: number;
  let nginx: ServerProcess | undefined;
  let web: WebStack;

  beforeAll(async () => {
    folder = await tempDir('wafleet-nginx-');
    port = await freePort();
    web = await startWebStack(() => ({ PUBLIC_URL: `https://127.0.0.1:${port}` }));
    const upstreams = { page: new URL(web.url).port, api: new URL(web.controlPlane.url).port };
    nginx = await startNginx(folder.path, port, upstreams);
  }, networkTurnMs + 300_000);
  afterAll(
    () =>
      endAll([async () => void (await nginx?.end()), async () => web?.stop(), async () => folder?.remove()]),
    120_000,
  );

  it('serves pages and their live stream to somebody who signs in', async () => {
    const window = await signedIn(web, undefined, {
      baseURL: `https://127.0.0.1:${port}`,
      ignoreHTTPSErrors: true,
    });
    await window.page.goto('/fleet');
    await window.page.getByText('Live', { exact: true }).first().waitFor();
    await web.controlPlane.admin.post('/admin/tenants', { name: 'Bakery', start: false });
    // Nobody asks again: the stream has brought it.
    await window.page.getByText('Bakery').first().waitFor();
    await window.close();
  }, 120_000);

  it('serves programs', async () => {
    const { id } = await web.controlPlane.admin.post('/admin/tenants', { name: 'Florist', start: false });
    const { key } = await web.controlPlane.admin.post(`/admin/tenants/${id}/keys`, {
      name: 'Shop',
      scopes: ['read'],
    });
    const ca = readFileSync(join(folder.path, 'fullchain.pem'));
    const status = await new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${key}` };
      request({ host: '127.0.0.1', port, path: '/v1/status', headers, ca, timeout: 30_000 }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(200);
  }, 60_000);
});

/** Debian's, in a folder of ours, with the lines of the page between those that every configuration has. */
async function startNginx(
  folder: string,
  port: number,
  upstreams: { page: string; api: string },
): Promise<ServerProcess> {
  const root = join(programsDir(), 'nginx');
  if (!existsSync(root)) await fetchDebianPackages(['nginx'], root);
  await run('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=wafleet.example.com'],
    ...['-addext', 'subjectAltName=IP:127.0.0.1'],
    ...['-keyout', join(folder, 'privkey.pem'), '-out', join(folder, 'fullchain.pem')],
  ]);
  const [server = ''] = blocksOf('nginx');
  const lines = server
    .replace('listen 443 ssl', `listen 127.0.0.1:${port} ssl`)
    .replaceAll('/etc/letsencrypt/live/wafleet.example.com', folder)
    .replace('127.0.0.1:7300', `127.0.0.1:${upstreams.api}`)
    .replace('127.0.0.1:7310', `127.0.0.1:${upstreams.page}`);
  const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const temp = kinds.map((kind) => `${kind}_temp_path ${folder}/temp/${kind};`).join('\n');
  await mkdir(join(folder, 'temp'));
  await writeFile(
    join(folder, 'nginx.conf'),
    `daemon off;\nmaster_process off;\npid ${folder}/nginx.pid;\nevents {}\nhttp {\naccess_log off;\n${temp}\n${lines}}\n`,
  );
  const args = ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr'];
  const nginx = startServerProcess({ command: join(root, 'usr/sbin/nginx'), args, env: {} });
  await eventually(
    () => {
      if (!nginx.isRunning()) throw new Error(`nginx ended: ${nginx.output()}`);
      return existsSync(join(folder, 'nginx.pid'));
    },
    { timeoutMs: 30_000, what: () => `nginx; it printed ${nginx.output()}` },
  );
  return nginx;
}

describe('the unit of docs/deploy.md', () => {
  it('is one that systemd reads without complaint', async () => {
    if (!existsSync('/usr/bin/systemd-analyze')) {
      process.stderr.write(
        'There is no systemd here: that it reads the unit of docs/deploy.md is not shown.\n',
      );
      return;
    }
    const folder = await tempDir('wafleet-unit-');
    try {
      const [unit = ''] = blocksOf('ini');
      expect(unit).toContain('ExecStart=/usr/bin/docker compose');
      // Whether Docker is installed here is no matter of the unit.
      const here = unit.replaceAll('/usr/bin/docker', '/usr/bin/env docker');
      await writeFile(join(folder.path, 'wafleet.service'), here);
      await writeFile(
        join(folder.path, 'docker.service'),
        '[Unit]\nDescription=Docker\n[Service]\nExecStart=/usr/bin/env true\n',
      );
      const told = await run('systemd-analyze', ['verify', join(folder.path, 'wafleet.service')], {
        env: { ...process.env, SYSTEMD_UNIT_PATH: `${folder.path}:` },
        timeout: 60_000,
      });
      expect(told).toEqual({ stdout: '', stderr: '' });
    } finally {
      await folder.remove();
    }
  }, 60_000);
});
