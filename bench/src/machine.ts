import { cpus, loadavg, release, totalmem } from 'node:os';

/** The machine a figure belongs to, and how busy others keep it, in one line. */
export function describeMachine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const gib = Math.round(totalmem() / 2 ** 30);
  const machine = `${cpus().length} cores (${model}), ${gib} GiB, Linux ${release()}, Node ${process.version}`;
  return `${machine}; load at the start ${loadavg()[0]?.toFixed(1)}`;
}

/** @param isDurable a commit returns when it is on disk, as in production */
export function describePostgres(isDurable: boolean): string {
  return `Embedded Postgres with its fsync ${isDurable ? 'on' : 'off'}.`;
}
