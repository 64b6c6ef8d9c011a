import { readdirSync, readFileSync } from 'node:fs';

/** Linux's /proc, as every part reads it that looks at processes. */

/** Ids of all processes there are now; one may be gone when it is looked at. */
export function listProcessIds(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** One of a process's files. Null for a process that is gone or not ours to read: neither is one of ours. */
export function readProcFile(pid: number, name: 'stat' | 'status' | 'environ' | 'cmdline'): string | null {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return null;
  }
}

/**
 * The fields of `stat` from the state on, which is the third of proc(5): the second is the name in parentheses, which
 * may hold spaces and parentheses, so it is cut at its last one.
 */
export function statFields(stat: string): string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}
