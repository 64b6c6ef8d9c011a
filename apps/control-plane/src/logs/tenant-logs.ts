import { mkdirSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ListLogsQuery, LogLine, TenantId } from '@wafleet/contracts';
import { createLogger, type Logger } from '@wafleet/runtime';
import { isAtLeast, mergeNewestFirst, parseLogLine } from './log-line';
import { readLogTail } from './read-log-tail';
import { appendToRotatingFile, olderFiles } from './rotating-file';

const rotation = { maxBytes: 5 * 1024 * 1024, kept: 3 };
/** Of one log, however much there is. */
const maxReadBytes = 2 * 1024 * 1024;
/** The largest that a log's file gets, and what its last line may have over. */
const maxFileBytes = rotation.maxBytes + 64 * 1024;
const tail = { bytes: 64 * 1024, lines: 40, outputLines: 40 };

/** The newest lines of a worker, oldest first. */
export interface LogTail {
  lines: LogLine[];
  /** What its process wrote to standard output and error: Node's last words, where it ended on its own. */
  output: string[];
}

/** What was logged about each tenant: by its worker in the tenant's folder, by the control plane in its own. */
export interface TenantLogs {
  /** Logs to stdout and to the tenant's file. Keep it for as long as the tenant is dealt with. */
  forTenant(tenantId: TenantId): Logger;
  /** The newest lines of both, newest first. */
  read(tenantId: TenantId, query: ListLogsQuery): Promise<LogLine[]>;
  /** What the tenant's worker wrote last, of the generation that was started last. */
  readTail(tenantId: TenantId): Promise<LogTail>;
  /** Deletes the control plane's part; the worker's goes with the tenant's folder. Repeats do nothing. */
  remove(tenantId: TenantId): Promise<void>;
}

/**
 * @param options.logsDir the control plane's own folder: a tenant's user, which owns the tenant's folder, must not be
 * able to put words into the control plane's mouth. Made if absent.
 */
export function createTenantLogs(options: {
  tenantsDir: string;
  logsDir: string;
  level: string;
  /** Receives every line too. */
  stdout: { write(line: string): unknown };
  /** Says when a tenant's file can't be written. */
  log: Logger;
}): TenantLogs {
  const ownDir = join(options.logsDir, 'tenants');
  mkdirSync(ownDir, { recursive: true, mode: 0o700 });
  const ownFile = (tenantId: TenantId) => join(ownDir, `${tenantId}.log`);
  const workerFile = (tenantId: TenantId, name = 'worker.log') =>
    join(options.tenantsDir, tenantId, 'logs', name);

  return {
    forTenant(tenantId) {
      const append = createFileWriter(ownFile(tenantId), options.log.child({ tenantId }));
      return createLogger({
        name: 'control-plane',
        level: options.level,
        fields: { tenantId },
        destination: {
          write: (line) => {
            options.stdout.write(line);
            append(line);
          },
        },
      });
    },

    async read(tenantId, query) {
      const logs = await Promise.all([
        readLog(workerFile(tenantId), 'worker', query),
        readLog(ownFile(tenantId), 'control-plane', query),
      ]);
      return mergeNewestFirst(logs, query.limit);
    },

    async readTail(tenantId) {
      const logged = await readLogTail(workerFile(tenantId), tail.bytes);
      const output = await readLogTail(workerFile(tenantId, 'worker.out.log'), tail.bytes);
      return {
        lines: logged
          .slice(0, tail.lines)
          .map((text) => parseLogLine(text, 'worker'))
          .filter((line) => line !== null)
          .reverse(),
        output: output
          .filter((text) => text.trim() !== '')
          .slice(0, tail.outputLines)
          .reverse(),
      };
    },

    async remove(tenantId) {
      const path = ownFile(tenantId);
      for (const file of [path, ...olderFiles(path, rotation.kept)]) await rm(file, { force: true });
    },
  };
}

/** Says once that the file can't be written, and again only after it could be. Stdout has the line in any case. */
function createFileWriter(path: string, log: Logger): (line: string) => void {
  let isBroken = false;
  return (line) => {
    try {
      appendToRotatingFile(path, line, rotation);
      isBroken = false;
    } catch (error) {
      if (!isBroken) log.warn({ err: error }, 'tenant log can not be written');
      isBroken = true;
    }
  };
}

/** Newest first. Of an earlier time the line may be anywhere in its file, which is read whole; the files are small. */
async function readLog(path: string, source: LogLine['source'], query: ListLogsQuery): Promise<LogLine[]> {
  const before = query.before === undefined ? null : new Date(query.before);
  const found: LogLine[] = [];
  let bytesLeft = before === null ? maxReadBytes : Infinity;
  for (const file of await filesUntil([path, ...olderFiles(path, rotation.kept)], before)) {
    if (bytesLeft <= 0) break;
    for (const text of await readLogTail(file, Math.min(bytesLeft, maxFileBytes))) {
      bytesLeft -= Buffer.byteLength(text) + 1;
      const line = parseLogLine(text, source);
      if (line === null || (before !== null && line.at >= before.toISOString())) continue;
      if (query.level === undefined || isAtLeast(line.level, query.level)) found.push(line);
      if (found.length === query.limit) return found;
    }
  }
  return found;
}

/** Those that hold something of before: a file begins where the next older one was written last. */
async function filesUntil(newestFirst: string[], before: Date | null): Promise<string[]> {
  if (before === null) return newestFirst;
  for (const [index, older] of newestFirst.slice(1).entries()) {
    const { mtime } = (await stat(older).catch(() => null)) ?? { mtime: null };
    if (mtime === null || mtime < before) return newestFirst.slice(index);
  }
  return newestFirst.slice(-1);
}
