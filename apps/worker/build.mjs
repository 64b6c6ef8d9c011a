// The worker in one bundle, a fraction of what its dependencies would load. `build.mjs [folder]`, dist by default.
import { spawnSync } from 'node:child_process';
import { chmod, copyFile, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const { version } = JSON.parse(await readFile(join(here, 'package.json'), 'utf8'));
const { version: libraryVersion } = createRequire(import.meta.url)('whatsapp-web.js/package.json');
const libraryPath = createRequire(import.meta.url).resolve('whatsapp-web.js');

/**
 * What the library and puppeteer load at their start and a worker never uses: media conversion, remote sessions,
 * downloads by address, downloads of browsers, another browser protocol. Any use of one throws, naming it.
 */
const leftOut = [
  'fluent-ffmpeg',
  'node-webpmux',
  'node-fetch',
  'archiver',
  'fs-extra',
  'unzipper',
  'chromium-bidi',
  'proxy-agent',
  'extract-zip',
  'tar-fs',
  'yargs',
  'progress',
  'mime',
];
/** The same, for parts of puppeteer that it refers to by path. */
const leftOutPaths = /puppeteer-core\/lib\/cjs\/puppeteer\/bidi\/|@puppeteer\/browsers\/lib\/cjs\/CLI\.js$/;

const leaveOut = {
  name: 'leave-out',
  setup({ onResolve, onLoad }) {
    const filter = new RegExp(`^(?:${leftOut.join('|')})(?:/.*)?$`);
    onResolve({ filter }, ({ path }) => ({ path, namespace: 'left-out' }));
    onLoad({ filter: leftOutPaths }, ({ path }) => absent(basename(path)));
    onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => absent(path));
  },
};

/** Loads as anything, can be extended, and throws when it is called. */
function absent(name) {
  const contents = `
    function absent() { throw new Error('${name} is not part of the worker'); }
    module.exports = new Proxy(absent, {
      get: (target, key) => key === 'setFfmpegPath' ? () => undefined : key === 'prototype' ? target.prototype : absent,
    });`;
  return { contents };
}

/** `puppeteer` only adds the search for a browser of its own; the worker is told which one to use. */
const puppeteerCore = {
  name: 'puppeteer-core',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^puppeteer$/ }, async ({ kind }) => {
      const puppeteer = createRequire(libraryPath).resolve('puppeteer');
      return resolve('puppeteer-core', { kind, resolveDir: dirname(puppeteer) });
    });
  },
};

const outdir = process.argv[2] ?? join(here, 'dist');
if (outdir === join(here, 'dist')) await rm(outdir, { recursive: true, force: true });
await build({
  entryPoints: [join(here, 'src/main.ts')],
  outfile: join(outdir, 'worker.bundle.cjs'),
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  minify: true,
  legalComments: 'linked',
  define: { WORKER_VERSION: JSON.stringify(version), LIBRARY_VERSION: JSON.stringify(libraryVersion) },
  alias: {
    '@wafleet/contracts': join(here, '../../packages/contracts/src/index.ts'),
    '@wafleet/runtime': join(here, '../../packages/runtime/src/index.ts'),
  },
  plugins: [leaveOut, puppeteerCore],
  logLevel: 'warning',
});
const launcher = join(outdir, 'browser-under-lock.sh');
await copyFile(join(here, 'src/whatsapp/browser/browser-under-lock.sh'), launcher);
await chmod(launcher, 0o755);

await copyFile(join(here, 'src/worker.cjs'), join(outdir, 'worker.cjs'));
const { workerNodeFlags } = createRequire(import.meta.url)('@wafleet/contracts');
spawnSync(process.execPath, [...workerNodeFlags, join(here, 'cache-code.cjs'), outdir], {
  env: {},
  stdio: 'ignore',
  timeout: 60_000,
});
