// The worker in one bundle, a fraction of what its dependencies would load. `build.mjs [folder]`, dist by default.
import { chmod, copyFile, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleProgram, leftOut } from '@wafleet/bundle';

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const { version } = JSON.parse(await readFile(join(here, 'package.json'), 'utf8'));
const { version: libraryVersion } = require('whatsapp-web.js/package.json');
const { workerNodeFlags } = require('@wafleet/contracts');

/**
 * What the library and puppeteer load at their start and a worker never uses: media conversion, remote sessions,
 * downloads by address, downloads of browsers, another browser protocol.
 */
const unused = leftOut({
  names: [
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
  ],
  paths: /puppeteer-core\/lib\/cjs\/puppeteer\/bidi\/|@puppeteer\/browsers\/lib\/cjs\/CLI\.js$/,
});

/** `puppeteer` only adds the search for a browser of its own; the worker is told which one to use. */
const puppeteerCore = {
  name: 'puppeteer-core',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^puppeteer$/ }, async ({ kind }) => {
      const puppeteer = createRequire(require.resolve('whatsapp-web.js')).resolve('puppeteer');
      return resolve('puppeteer-core', { kind, resolveDir: dirname(puppeteer) });
    });
  },
};

const outdir = process.argv[2] ?? join(here, 'dist');
if (outdir === join(here, 'dist')) await rm(outdir, { recursive: true, force: true });
await bundleProgram({
  name: 'worker',
  entry: join(here, 'src/main.ts'),
  outdir,
  nodeFlags: workerNodeFlags,
  options: {
    minify: true,
    define: { WORKER_VERSION: JSON.stringify(version), LIBRARY_VERSION: JSON.stringify(libraryVersion) },
    plugins: [unused, puppeteerCore],
  },
});
const launcher = join(outdir, 'browser-under-lock.sh');
await copyFile(join(here, 'src/whatsapp/browser/browser-under-lock.sh'), launcher);
await chmod(launcher, 0o755);
