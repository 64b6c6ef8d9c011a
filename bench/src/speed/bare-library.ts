import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBrowser } from '@wafleet/local-stack';
import { callStandin, eventually, type Stack } from '@wafleet/testing';
import { Client, LocalAuth } from 'whatsapp-web.js';

/** whatsapp-web.js and nothing else, on the same stand-in: what Wafleet's own share is measured against. */
export class BareLibrary {
  /** When each message was told, of `performance.now()`, by its text. */
  readonly toldAt = new Map<string, number>();

  private constructor(
    private readonly client: Client,
    private readonly folder: string,
    readonly number: string,
  ) {}

  static async link(stack: Stack, number: string): Promise<BareLibrary> {
    const folder = await mkdtemp(join(tmpdir(), 'wafleet-bench-'));
    const browser = await findBrowser();
    const client = new Client({
      authStrategy: new LocalAuth({ dataPath: folder }),
      webVersionCache: { type: 'none' },
      puppeteer: {
        executablePath: browser.executablePath,
        headless: browser.headless === 'shell' ? 'shell' : true,
        pipe: true,
        args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ...stack.standin.browserArgs],
      },
    });
    const bare = new BareLibrary(client, folder, number);
    let isReady = false;
    client.on('ready', () => void (isReady = true));
    client.on('message', ({ body }) => void bare.toldAt.set(body, performance.now()));
    client.once('qr', (qr) => void callStandin(stack, 'POST', `/users/${number}/scan`, { qr }));
    await callStandin(stack, 'PUT', `/users/${number}`, { name: 'Bare library' });
    await client.initialize();
    await eventually(() => isReady, { timeoutMs: 60_000, what: 'the bare library ready' });
    return bare;
  }

  async send(chatId: string, body: string): Promise<void> {
    await this.client.sendMessage(`${chatId}@c.us`, body);
  }

  async stop(): Promise<void> {
    await this.client.destroy();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 10 });
  }
}
