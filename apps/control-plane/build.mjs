// The control plane in one bundle. Names stay whole, so that a stack in the log tells where.
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleProgram, leftOut, queryCompilerBeside } from '@wafleet/bundle';

const here = dirname(fileURLToPath(import.meta.url));
const outdir = join(here, 'dist');

/** Engines over ssh and BuildKit's sessions, of dockerode; other drivers of Postgres, of pg. */
const unused = leftOut({ names: ['ssh2', '@grpc', 'protobufjs', 'pg-native', 'pg-cloudflare'] });

await rm(outdir, { recursive: true, force: true });
await bundleProgram({
  name: 'control-plane',
  entry: join(here, 'src/main.ts'),
  outdir,
  options: {
    minifyWhitespace: true,
    minifySyntax: true,
    // Its assets are read from its folder.
    external: ['swagger-ui-dist'],
    plugins: [unused, queryCompilerBeside(outdir)],
  },
});
