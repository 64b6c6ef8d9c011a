import { execFileSync, spawnSync } from 'node:child_process';
import { StackError } from '../stack-error';

/** Whose name a child process runs under; undefined keeps our own. */
export interface SystemUser {
  uid: number;
  gid: number;
}

/**
 * The user that runs Postgres, which refuses to run as root: undefined when we are an ordinary user, else `postgres`
 * where the system has one, else a system user of our own, made on first use. It needs an entry in /etc/passwd.
 */
export function databaseUser(): SystemUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  return findUser('postgres') ?? findUser(ownUser) ?? createUser(ownUser);
}

const ownUser = 'wafleet-postgres';

export function findUser(name: string): SystemUser | undefined {
  const entry = spawnSync('getent', ['passwd', name], { encoding: 'utf8' });
  const [, , uid, gid] = entry.stdout.split(':');
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : undefined;
}

export function createUser(name: string): SystemUser {
  try {
    const options = ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin'];
    execFileSync('useradd', [...options, name], { stdio: 'pipe' });
  } catch (cause) {
    throw new StackError(
      `Postgres can't run as root and the user ${name} can't be created; create it, or set DATABASE_URL.`,
      { cause },
    );
  }
  const user = findUser(name);
  if (!user) throw new StackError(`The user ${name} was created but is not found; set DATABASE_URL.`);
  return user;
}
