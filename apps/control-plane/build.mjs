// The control plane in one bundle. Names stay whole, so that a stack in the log tells where.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleProgram, leftOut } from '@wafleet/bundle';

const here = dirname(fileURLToPath(import.meta.url));
const outdir = join(here, 'dist');

/** Engines over ssh and BuildKit's sessions, of dockerode; other drivers of Postgres, of pg. */
const unused = leftOut({ names: ['ssh2', '@grpc', 'protobufjs', 'pg-native', 'pg-cloudflare'] });

/** Prisma's query compiler comes as text in a module of 4.6 MB; as a file it is read at a tenth of the cost. */
const queryCompiler = {
  name: 'query-compiler',
  setup({ onLoad }) {
    onLoad({ filter: /query_compiler\w+\.postgresql\.wasm-base64\.js$/ }, async ({ path }) => {
      const { wasm } = createRequire(import.meta.url)(path);
      await writeFile(join(outdir, 'query-compiler.wasm'), wasm, 'base64');
      const contents = `exports.wasm = require('node:fs').readFileSync(__dirname + '/query-compiler.wasm', 'base64');`;
      return { contents };
    });
  },
};

await rm(outdir, { recursive: true, force: true });
await mkdir(outdir);
await bundleProgram({
  name: 'control-plane',
  entry: join(here, 'src/main.ts'),
  outdir,
  options: {
    minifyWhitespace: true,
    minifySyntax: true,
    // Its assets are read from its folder.
    external: ['swagger-ui-dist'],
    // V8's scripts have no import() of their own.
    supported: { 'dynamic-import': false },
    plugins: [unused, queryCompiler],
  },
});
