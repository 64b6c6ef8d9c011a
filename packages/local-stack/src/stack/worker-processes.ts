import { readdirSync, readFileSync } from 'node:fs';

/** Workers outlive the process that started them; these are the ones whose tenants lie in this folder. */
export function findWorkers(tenantsDir: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && environmentOf(pid).includes(`\0WORKER_SETTINGS_FILE=${tenantsDir}/`));
}

/** For a person who doesn't want to wait. A browser ends by itself when the worker at the other end of its pipe does. */
export function killWorkers(tenantsDir: string): void {
  for (const pid of findWorkers(tenantsDir)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has just ended.
    }
  }
}

function environmentOf(pid: number): string {
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, 'latin1')}`;
  } catch {
    return '';
  }
}
