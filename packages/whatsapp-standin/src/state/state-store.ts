import { open, readFile, rename, rm } from 'node:fs/promises';
import type { Logger } from '@wafleet/runtime';
import { type NetworkState, emptyNetworkState, networkStateSchema } from '../network/network-state';
import { upgradeState } from './upgrade-state';

/** What a crash of the stand-in can lose; links are written at once. */
const writeDelayMs = 500;

/** The state file can't be used; the message says which and what to do. */
export class StateFileError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StateFileError';
  }
}

/** Reads the network's state; an absent file is an empty network. @throws StateFileError */
export async function loadState(file: string): Promise<NetworkState> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new StateFileError(`The state file ${file} can't be read (${error.code}).`, { cause: error });
  });
  if (text === undefined) return structuredClone(emptyNetworkState);
  try {
    return networkStateSchema.parse(upgradeState(JSON.parse(text)));
  } catch (cause) {
    const hint = 'Move it away to start with an empty network.';
    throw new StateFileError(`The state file ${file} is damaged. ${hint}`, { cause });
  }
}

/** Writes the state soon after it has changed, whole and by rename, so that a reader never sees half of it. */
export class StateStore {
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();
  private failure: Error | undefined;

  constructor(
    private readonly file: string,
    private readonly state: () => NetworkState,
    private readonly log: Logger,
  ) {}

  /** Why the last write failed; undefined when what is in memory reaches the disk. */
  get lastFailure(): Error | undefined {
    return this.failure;
  }

  changed(): void {
    this.timer ??= setTimeout(() => void this.flush().catch(() => this.changed()), writeDelayMs);
  }

  /** Resolves when everything up to now is on disk. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.writing = this.writing.catch(() => undefined).then(() => this.write());
    return this.writing;
  }

  /** Writes for the last time. */
  async stop(): Promise<void> {
    await this.flush();
    clearTimeout(this.timer);
  }

  private async write(): Promise<void> {
    const temporary = `${this.file}.new`;
    try {
      await writeDurably(temporary, JSON.stringify(this.state()));
      await rename(temporary, this.file);
      this.failure = undefined;
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined);
      if (!this.failure) this.log.error({ err: error }, 'state could not be written');
      this.failure = error as Error;
      throw error;
    }
  }
}

async function writeDurably(file: string, text: string): Promise<void> {
  const handle = await open(file, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
