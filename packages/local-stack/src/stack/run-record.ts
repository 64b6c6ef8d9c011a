import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfPresent, writePrivateFile } from '../files/private-file';
import { endProcess } from '../processes/end-process';
import { identify, isAlive, type ProcessIdentity } from '../processes/process-identity';
import { StackError } from '../stack-error';

/** `data/run.json`: which processes this run consists of, so that the next one can tell what is left of it. */
interface RunRecord {
  launcher: ProcessIdentity;
  children: Record<string, Child>;
}

interface Child extends ProcessIdentity {
  /** What ends it when its launcher is gone. */
  endsBy: NodeJS.Signals;
}

export interface TakeOver {
  record: RunRecorder;
  /** The launcher before us ended without stopping anything. */
  wasCutOff: boolean;
  /** What was left of it and has been ended now. */
  ended: string[];
}

/**
 * Makes this process the launcher of the data folder. Children that a launcher left behind are ended first.
 * @throws StackError when another launcher is alive
 */
export async function takeOver(dataDir: string): Promise<TakeOver> {
  const text = await readIfPresent(fileIn(dataDir));
  const earlier = text === null ? null : (JSON.parse(text) as RunRecord);
  if (earlier && isAlive(earlier.launcher)) {
    throw new StackError(
      `Wafleet already runs on ${dataDir} (process ${earlier.launcher.pid}); stop that one first, or set DATA_DIR to another folder.`,
    );
  }
  // Last started, first ended: nobody loses what it stands on.
  const left = Object.entries(earlier?.children ?? {})
    .filter(([, child]) => isAlive(child))
    .reverse();
  for (const [, child] of left) await endProcess(child, { signal: child.endsBy, patienceMs: 20_000 });
  const record = new RunRecorder(dataDir);
  await record.write();
  return { record, wasCutOff: earlier !== null, ended: left.map(([name]) => name) };
}

export class RunRecorder {
  private readonly children = new Map<string, Child>();
  private writing: Promise<void> = Promise.resolve();

  constructor(private readonly dataDir: string) {}

  /** Remembers the process that now is `name`. */
  async set(name: string, pid: number, endsBy: NodeJS.Signals): Promise<void> {
    const identity = identify(pid);
    if (identity) this.children.set(name, { ...identity, endsBy });
    await this.write();
  }

  /** One write at a time, the newest last. */
  async write(): Promise<void> {
    const launcher = identify(process.pid) as ProcessIdentity;
    const record: RunRecord = { launcher, children: Object.fromEntries(this.children) };
    this.writing = this.writing.then(() => writePrivateFile(fileIn(this.dataDir), JSON.stringify(record)));
    await this.writing;
  }

  /** Everything has been stopped in order: the next run has nothing to reclaim. */
  async remove(): Promise<void> {
    await this.writing;
    await rm(fileIn(this.dataDir), { force: true });
  }
}

const fileIn = (dataDir: string) => join(dataDir, 'run.json');
