import { existsSync } from 'node:fs';
import { mkdir, rm, symlink } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fetchDebianPackages, programsDir } from '@wafleet/local-stack';

const systemFolders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
const needed = ['dockerd', 'containerd', 'runc', 'iptables', 'debootstrap'];

/**
 * Docker Engine and debootstrap: installed ones, else Debian's, fetched into a folder of ours without installing
 * anything.
 * @returns the environment that finds them by their names
 * @throws Error that says in one clause why there are none
 */
export async function findEnginePrograms(): Promise<NodeJS.ProcessEnv> {
  const isInstalled = (name: string) => systemFolders.some((folder) => existsSync(join(folder, name)));
  // The command line of Debian's is named by its path: another one may come before it, without a builder.
  if (needed.every(isInstalled) && existsSync('/usr/bin/docker')) {
    const folders = ['/usr/bin', ...systemFolders];
    return { ...process.env, PATH: folders.join(delimiter), LC_ALL: 'C' };
  }
  const root = join(programsDir(), 'docker-engine');
  if (!existsSync(root)) await fetchDebianPackages(['docker.io', 'debootstrap', 'iptables'], root);
  await linkAlternatives(root);
  const library = `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`;
  const folders = ['wafleet-bin', 'usr/sbin', 'usr/bin', 'sbin', 'bin'].map((name) => join(root, name));
  return {
    ...process.env,
    PATH: [...folders, ...systemFolders].join(delimiter),
    LD_LIBRARY_PATH: [join(root, 'usr/lib', library), join(root, 'lib', library)].join(delimiter),
    XTABLES_LIBDIR: join(root, 'usr/lib', library, 'xtables'),
    DEBOOTSTRAP_DIR: join(root, 'usr/share/debootstrap'),
    LC_ALL: 'C',
  };
}

/** Names that an installation would make. */
async function linkAlternatives(root: string): Promise<void> {
  const folder = join(root, 'wafleet-bin');
  await mkdir(folder, { recursive: true });
  for (const name of ['iptables', 'iptables-save', 'iptables-restore', 'ip6tables']) {
    const link = join(folder, name);
    if (existsSync(link)) continue;
    await rm(link, { force: true });
    await symlink(join(root, 'usr/sbin/xtables-nft-multi'), link).catch(() => undefined);
  }
}
