import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { programsDir } from '@wafleet/local-stack';

const run = promisify(execFile);

/** What our Dockerfiles begin with, where a registry has it. */
export const baseImage = 'node:20.20.2-bookworm-slim';
/** Of images that contain less than it does, and can be stood in for as well. */
export const otherNames = ['debian:bookworm-slim'];

const mirror = 'http://deb.debian.org/debian';
const hostCertificates = '/etc/ssl/certs/ca-certificates.crt';
/** Another one makes the archive anew. */
const recipe = 1;

/**
 * An archive of a small Debian with this machine's Node, which stands in for the base image where no registry can be
 * reached. Made once per machine, in half a minute.
 */
export async function baseArchive(env: NodeJS.ProcessEnv): Promise<string> {
  const archive = join(programsDir(), `docker-base-bookworm-node-${process.versions.node}-${recipe}.tar`);
  if (existsSync(archive)) return archive;
  const work = await mkdtemp(`${archive}.`);
  try {
    const root = join(work, 'root');
    await run('debootstrap', ['--variant=minbase', 'bookworm', root, mirror], {
      env,
      timeout: 300_000,
      maxBuffer: 64_000_000,
    });
    await addNode(root, env);
    const whole = join(work, 'root.tar');
    await run('tar', ['-C', root, '-cf', whole, '.'], { env, timeout: 120_000 });
    await rename(whole, archive);
    return archive;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function addNode(root: string, env: NodeJS.ProcessEnv): Promise<void> {
  const local = join(root, 'usr/local');
  await cp(process.execPath, join(local, 'bin/node'), { dereference: true });
  await chmod(join(local, 'bin/node'), 0o755);
  const modules = join(dirname(dirname(process.execPath)), 'lib/node_modules');
  await mkdir(join(local, 'lib/node_modules'), { recursive: true });
  await cp(join(modules, 'npm'), join(local, 'lib/node_modules/npm'), { recursive: true });
  for (const name of ['npm', 'npx'])
    await symlink(`../lib/node_modules/npm/bin/${name}-cli.js`, join(local, 'bin', name));
  await run('chroot', [root, 'useradd', '--create-home', '--uid', '1000', 'node'], { env });
  // As the official images do: what apt downloads is not kept.
  await writeFile(
    join(root, 'etc/apt/apt.conf.d/docker-clean'),
    'DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb || true"; };\n',
  );
  await rm(join(root, 'var/cache/apt/archives'), { recursive: true, force: true });
  await mkdir(join(root, 'var/cache/apt/archives/partial'), { recursive: true });
  // A machine behind an inspecting proxy trusts its certificate; so must what is built on it.
  if (!existsSync(hostCertificates)) return;
  await mkdir(join(root, 'etc/ssl/certs'), { recursive: true });
  await cp(hostCertificates, join(root, hostCertificates), { dereference: true });
}

/** As `docker import` is told it. */
export const baseImageChanges = [`ENV NODE_EXTRA_CA_CERTS=${hostCertificates}`, 'CMD ["node"]'];
