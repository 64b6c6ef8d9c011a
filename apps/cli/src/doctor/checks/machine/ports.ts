import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { describeProcess, listProcessIds } from '@wafleet/runtime';
import { type Finding, findingsOf } from '../../finding';
import type { Machine } from '../../machine';

const { well, note, broken } = findingsOf('ports');

/** Each port is ours, or free for the next start. */
export async function checkPorts({ settings, database, isRunning }: Machine): Promise<Finding[]> {
  const needed = [
    ['PORT', settings.ports.PORT],
    ['LINK_PORT', settings.ports.LINK_PORT],
    ...(database?.isEmbedded === false ? [] : [['POSTGRES_PORT', settings.ports.POSTGRES_PORT] as const]),
  ] as const;
  const sockets = listeningSockets();
  const isOurs = isRunning || (await answersAsWafleet(settings.ports.PORT));
  return needed.map(([setting, port]) => {
    const inode = sockets.get(port);
    if (inode === undefined)
      return isOurs
        ? note(`Nobody listens on ${port} (${setting}), although Wafleet runs.`, { about: setting })
        : well(`${port} (${setting}) is free`, { about: setting });
    if (isOurs) return well(`Wafleet listens on ${port} (${setting})`, { about: setting });
    const pid = holderOf(inode);
    return broken(
      `${port} (${setting}) is taken by ${pid === null ? 'a process of somebody else' : describeProcess(pid)}.`,
      { about: setting, mend: `End that process, or set ${setting} to a free port` },
    );
  });
}

async function answersAsWafleet(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(2_000) });
    return ((await response.json()) as { status?: string }).status === 'ok';
  } catch {
    return false;
  }
}

/** Of TCP: port → inode of the socket. */
function listeningSockets(): Map<number, string> {
  const found = new Map<number, string>();
  for (const path of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of read(path).split('\n').slice(1)) {
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
      const port = parseInt(local?.split(':').at(-1) ?? '', 16);
      if (state === listening && inode !== undefined) found.set(port, inode);
    }
  }
  return found;
}

const listening = '0A';

/** Null for one that we may not look into. */
function holderOf(inode: string): number | null {
  for (const pid of listProcessIds()) {
    const folder = `/proc/${pid}/fd`;
    try {
      if (readdirSync(folder).some((name) => linkOf(`${folder}/${name}`) === `socket:[${inode}]`)) return pid;
    } catch {
      // It is gone, or not ours to look into.
    }
  }
  return null;
}

function linkOf(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
