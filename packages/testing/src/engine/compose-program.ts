import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fetchDebianPackages, programsDir } from '@wafleet/local-stack';

const run = promisify(execFile);

export interface ComposeProgram {
  /** What is run, up to compose's own arguments. */
  command: [string, ...string[]];
  env: NodeJS.ProcessEnv;
}

/**
 * The plugin of the command line where it has one; else the program that was there before it, Debian's, fetched into a
 * folder of ours. The older one is the stricter reader.
 * @throws Error that says why there is none
 */
export async function findCompose(env: NodeJS.ProcessEnv): Promise<ComposeProgram> {
  const hasPlugin = await run('docker', ['compose', 'version'], { env, timeout: 20_000 }).then(
    () => true,
    () => false,
  );
  if (hasPlugin) return { command: ['docker', 'compose'], env };
  const root = join(programsDir(), 'docker-compose');
  if (!existsSync(root)) await fetchDebianPackages(['docker-compose'], root);
  const libraries = join(root, 'usr/lib/python3/dist-packages');
  return {
    // Libraries of the engine's folder are of no use to this machine's Python.
    command: ['/usr/bin/python3', join(root, 'usr/bin/docker-compose')],
    env: { ...env, PYTHONPATH: libraries, LD_LIBRARY_PATH: '', COMPOSE_DOCKER_CLI_BUILD: '1' },
  };
}
