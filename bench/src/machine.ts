import { cpus, release, totalmem } from 'node:os';

/** The machine a figure belongs to, in one line. */
export function describeMachine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const gib = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} cores (${model}), ${gib} GiB, Linux ${release()}, Node ${process.version}`;
}
