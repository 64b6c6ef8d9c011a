import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** What the kernel says of one process. */
export interface ProcessFacts {
  pid: number;
  parent: number;
  uid: number;
  command: string;
  environment: string[];
  /** 2: system calls are filtered. */
  seccomp: number;
  userNamespace: string;
  networkNamespace: string;
}

/** Every process whose command line or environment names the folder, and their descendants. */
export function processesOf(folder: string): ProcessFacts[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => factsOf(Number(name)) ?? []);
  const named = new Set(
    all
      .filter(
        (one) =>
          one.pid !== process.pid && [one.command, ...one.environment].some((text) => text.includes(folder)),
      )
      .map((one) => one.pid),
  );
  for (let grew = true; grew;) {
    const before = named.size;
    for (const one of all) if (named.has(one.parent)) named.add(one.pid);
    grew = named.size > before;
  }
  return all.filter((one) => named.has(one.pid));
}

function factsOf(pid: number): ProcessFacts | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const field = (name: string) => new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(status)?.[1] ?? '0';
    const parts = (file: string) => readFileSync(`/proc/${pid}/${file}`, 'utf8').split('\0').filter(Boolean);
    return {
      pid,
      parent: Number(field('PPid')),
      uid: Number(field('Uid')),
      command: parts('cmdline').join(' '),
      environment: parts('environ'),
      seccomp: Number(field('Seccomp')),
      userNamespace: readlinkSync(`/proc/${pid}/ns/user`),
      networkNamespace: readlinkSync(`/proc/${pid}/ns/net`),
    };
  } catch {
    return null; // It ended meanwhile, or belongs to somebody else.
  }
}
