import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBrowser } from '@wafleet/local-stack';
import { Client, LocalAuth, type ClientOptions, type Message } from 'whatsapp-web.js';
import type { Standin } from '../src/standin';
import { until } from './until';

/** A real browser profile, removed at the end of the test. */
export interface Profile {
  folder: string;
  remove(): void;
}

export function createProfile(): Profile {
  const folder = mkdtempSync(join(tmpdir(), 'standin-profile-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }) };
}

export interface LibraryOptions {
  browserArgs?: string[];
  authTimeoutMs?: number;
}

/** The real library in a real browser, with everything that it tells. */
export class LibraryClient {
  readonly client: Client;
  readonly qrs: string[] = [];
  readonly messages: Message[] = [];
  readonly acks: { id: string; body: string; ack: number }[] = [];
  readonly events: string[] = [];

  private constructor(
    standin: Standin,
    folder: string,
    browser: Awaited<ReturnType<typeof findBrowser>>,
    { browserArgs = [], authTimeoutMs = 30_000 }: LibraryOptions,
  ) {
    const options: ClientOptions = {
      authTimeoutMs,
      authStrategy: new LocalAuth({ dataPath: folder }),
      webVersionCache: { type: 'none' },
      puppeteer: {
        executablePath: browser.executablePath,
        headless: browser.headless === 'shell' ? 'shell' : true,
        pipe: true,
        handleSIGINT: false,
        handleSIGTERM: false,
        handleSIGHUP: false,
        args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ...standin.browserArgs, ...browserArgs],
      },
    };
    this.client = new Client(options);
    this.client.on('qr', (qr) => void this.qrs.push(qr));
    this.client.on('message', (message) => void this.messages.push(message));
    this.client.on(
      'message_ack',
      (message, ack) => void this.acks.push({ id: message.id.id, body: message.body, ack }),
    );
    this.client.on('authenticated', () => void this.events.push('authenticated'));
    this.client.on('ready', () => void this.events.push('ready'));
    this.client.on('disconnected', (reason) => void this.events.push(`disconnected ${reason}`));
    this.client.on('change_state', (state) => void this.events.push(`state ${state}`));
  }

  static async start(
    standin: Standin,
    profile: Profile,
    options: LibraryOptions = {},
  ): Promise<LibraryClient> {
    const started = new LibraryClient(standin, profile.folder, await findBrowser(), options);
    try {
      await started.client.initialize();
      // Puppeteer hears what these say only until it is done with the browser.
      for (const pipe of started.client.pupBrowser?.process()?.stdio ?? [])
        pipe?.on('error', () => undefined);
    } catch (error) {
      await started.stop();
      throw error;
    }
    return started;
  }

  /** The QR that the page shows now. The library makes one without a reference too, right after a link. */
  qr(): Promise<string> {
    return until('a QR', () => this.qrs.filter((qr) => qr.startsWith('2@')).at(-1));
  }

  async ready(): Promise<this> {
    await until('ready', () => this.events.includes('ready'));
    return this;
  }

  async state(): Promise<string> {
    return String(await this.client.getState());
  }

  /** What an expression is worth in the page. @throws where there is no page */
  async inPage(expression: string): Promise<unknown> {
    const page = this.client.pupPage;
    if (!page) throw new Error('the library has no page');
    return page.evaluate(expression);
  }

  /** Whether the page answers at all within `waitMs`. */
  async answers(waitMs = 1_000): Promise<boolean> {
    const answered = this.inPage('1').then(
      () => true,
      () => false,
    );
    return Promise.race([answered, new Promise<false>((resolve) => setTimeout(resolve, waitMs, false))]);
  }

  async message(body: string): Promise<Message> {
    return until(`message ${body}`, () => this.messages.find((one) => one.body === body));
  }

  acksOf(body: string): number[] {
    return this.acks.filter((one) => one.body === body).map((one) => one.ack);
  }

  /** The last that was told of a message; 0 before any. */
  ackOf(id: string): number {
    return this.acks.findLast((one) => one.id === id)?.ack ?? 0;
  }

  /**
   * Closes the browser as a person would: the profile reaches the disk. Where the library closes it by itself, it
   * doesn't wait for the end, and a browser that lives writes to the profile.
   */
  async stop(): Promise<void> {
    const browser = this.client.pupBrowser?.process();
    await this.client.destroy();
    await untilGone(browser);
  }

  /** Ends the browser as a crash does. */
  async kill(): Promise<void> {
    const browser = this.client.pupBrowser?.process();
    browser?.kill('SIGKILL');
    await untilGone(browser);
  }
}

/** With all its processes: one that lives writes to the profile. They are a group of their own. */
async function untilGone(browser: ChildProcess | null | undefined): Promise<void> {
  const group = browser?.pid;
  if (group !== undefined) await until('the browser to be gone', () => !isGroupThere(group));
}

function isGroupThere(group: number): boolean {
  try {
    return process.kill(-group, 0);
  } catch {
    return false;
  }
}
