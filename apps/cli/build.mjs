// The command in one bundle: most of what it does takes less time than loading its modules did.
import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleProgram, leftOut, queryCompilerBeside } from '@wafleet/bundle';

const here = dirname(fileURLToPath(import.meta.url));
const outdir = join(here, 'dist');
const { version } = JSON.parse(await readFile(join(here, 'package.json'), 'utf8'));

await rm(outdir, { recursive: true, force: true });
await bundleProgram({
  name: 'wafleet',
  entry: join(here, 'src/main.ts'),
  outdir,
  options: {
    minifyWhitespace: true,
    minifySyntax: true,
    define: { WAFLEET_VERSION: JSON.stringify(version) },
    // Other drivers of Postgres.
    plugins: [leftOut({ names: ['pg-native', 'pg-cloudflare'] }), queryCompilerBeside(outdir)],
  },
});
