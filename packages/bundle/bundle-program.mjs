import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export { queryCompilerBeside } from './database.mjs';
export { leftOut } from './left-out.mjs';

const here = dirname(fileURLToPath(import.meta.url));

/** Workspace packages come by their sources, so that only what is used of them is in the bundle. */
const bySource = {
  name: 'by-source',
  setup({ onResolve }) {
    onResolve({ filter: /^@wafleet\/[a-z-]+$/ }, ({ path }) => ({
      path: join(here, '..', path.slice('@wafleet/'.length), 'src/index.ts'),
    }));
  },
};

/**
 * Builds the program `name` from `entry` into `outdir`: `<name>.cjs`, which starts it, its bundle, what V8 made of it,
 * and the licenses of what is in it. `nodeFlags` are those that it is run with; V8 refuses its cache under others.
 * `options` are esbuild's.
 */
export async function bundleProgram({ name, entry, outdir, nodeFlags = [], options }) {
  await build({
    entryPoints: [entry],
    outfile: join(outdir, `${name}.bundle.cjs`),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    charset: 'ascii',
    legalComments: 'linked',
    // V8's scripts have no import() of their own.
    supported: { 'dynamic-import': false },
    logLevel: 'warning',
    ...options,
    plugins: [bySource, ...(options.plugins ?? [])],
  });
  const program = join(outdir, `${name}.cjs`);
  const cache = join(outdir, `${name}.bundle.cache`);
  await rm(cache, { force: true });
  await copyFile(join(here, 'launch.cjs'), program);
  const { stderr } = spawnSync(process.execPath, [...nodeFlags, join(here, 'keep-code.cjs'), program], {
    env: {},
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (!existsSync(cache)) throw new Error(`${name} does not load: ${stderr}`);
}
