import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/**
 * An esbuild plugin for what uses `@wafleet/db`: Prisma's query compiler comes as text in a module of its own; as a file
 * beside the bundle it is read only where a database is, at a tenth of the cost.
 */
export function queryCompilerBeside(outdir) {
  return {
    name: 'query-compiler-beside',
    setup({ onLoad }) {
      onLoad({ filter: /query_compiler\w+\.postgresql\.wasm-base64\.js$/ }, async ({ path }) => {
        const { wasm } = createRequire(import.meta.url)(path);
        await mkdir(outdir, { recursive: true });
        await writeFile(join(outdir, 'query-compiler.wasm'), wasm, 'base64');
        const contents = `exports.wasm = require('node:fs').readFileSync(__dirname + '/query-compiler.wasm', 'base64');`;
        return { contents };
      });
    },
  };
}
