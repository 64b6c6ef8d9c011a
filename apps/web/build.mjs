// Builds the pages, and puts together in dist what runs them: Next's standalone server with the files that it expects
// beside it, and main.cjs, which starts it. dist runs wherever Node does, without this repository.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const app = fileURLToPath(new URL('./', import.meta.url));
const next = createRequire(import.meta.url).resolve('next/dist/bin/next');

// Next keeps a failure in its cache and would meet it again; what is wrong with the source fails a second time too.
if (!build()) {
  rmSync(join(app, '.next'), { recursive: true, force: true });
  if (!build()) process.exit(1);
}
assemble();

function build() {
  const { status } = spawnSync(process.execPath, [next, 'build'], {
    cwd: app,
    stdio: 'inherit',
    env: {
      ...process.env,
      NODE_ENV: 'production',
      NEXT_TELEMETRY_DISABLED: '1',
      NEXT_IGNORE_INCORRECT_LOCKFILE: '1',
    },
  });
  return status === 0;
}

function assemble() {
  const dist = join(app, 'dist');
  rmSync(dist, { recursive: true, force: true });
  renameSync(join(app, '.next/standalone'), dist);
  const server = join(dist, 'apps/web');
  cpSync(join(app, '.next/static'), join(server, '.next/static'), { recursive: true });
  if (existsSync(join(app, 'public')))
    cpSync(join(app, 'public'), join(server, 'public'), { recursive: true });
  cpSync(join(app, 'main.cjs'), join(server, 'main.cjs'));
}
