import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { readBootId, readStat } from './proc';
import { systemErrorCode } from '../../system-error';

/**
 * What the driver writes down about the worker that it started last, in `run/worker.pid.json`. A pid alone may belong to
 * another process by now: boot and start time tell. Written without waiting, so that no event of the process can
 * come in between.
 */
const workerRecordSchema = z.object({
  version: z.literal(1),
  generation: z.number().int().positive(),
  pid: z.number().int().positive(),
  startTime: z.string(),
  bootId: z.string(),
  /** Null while it runs, and for ever when nobody saw it end. */
  exit: z.object({ code: z.number().nullable(), signal: z.string().nullable() }).nullable(),
});

export type WorkerRecord = z.infer<typeof workerRecordSchema>;

/**
 * Null where there is none, or none that can be understood.
 * @throws Error when the file is there and can't be read
 */
export function readRecord(path: string): WorkerRecord | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null;
    throw error;
  }
  return workerRecordSchema.safeParse(parseJson(text)).data ?? null;
}

export function writeRecord(path: string, record: WorkerRecord): void {
  const next = `${path}.next`;
  writeFileSync(next, JSON.stringify(record), { mode: 0o600 });
  renameSync(next, path);
}

/** A record of the process that runs under this pid now; null when there is none. */
export function recordProcess(pid: number, generation: number): WorkerRecord | null {
  const stat = readStat(pid);
  if (stat === null) return null;
  return { version: 1, generation, pid, startTime: stat.startTime, bootId: readBootId(), exit: null };
}

/** The very process of the record is alive. */
export function isAlive(record: WorkerRecord): boolean {
  if (record.exit !== null) return false;
  const stat = readStat(record.pid);
  return stat?.isAlive === true && stat.startTime === record.startTime && record.bootId === readBootId();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
