import type { CDPSession, Page } from 'puppeteer';

/** After an answer the socket is not watched for this long: every frame costs the browser and us a message of its own. */
const restMs = 2_000;

/**
 * Whether an open socket of the page still brings anything. A connection that died without a word (a router that forgot
 * it, a server that hangs) stays CONNECTED in the page's own words; but what the page sends, at least its ping every
 * half minute, is answered by something within seconds. Told by the browser, so nothing is changed in the page and
 * nothing is sent for it; a page that sends nothing is not judged.
 */
export class SocketTraffic {
  private unansweredSince: number | null = null;
  private resting: NodeJS.Timeout | null = null;

  constructor(
    private readonly silentMs: number,
    private readonly now: () => number,
  ) {}

  /** @throws Error when the browser is gone */
  async watch(page: Page): Promise<void> {
    const browser = await page.createCDPSession();
    const onAnswer = (): void => {
      this.onAnswer();
      this.rest(browser);
    };
    browser.on('Network.webSocketCreated', onAnswer);
    browser.on('Network.webSocketFrameReceived', onAnswer);
    browser.on('Network.webSocketFrameSent', () => this.onSent());
    await look(browser);
  }

  /** Something was sent this long ago, and nothing has come since. */
  isSilent(): boolean {
    return this.unansweredSince !== null && this.now() - this.unansweredSince >= this.silentMs;
  }

  onSent(): void {
    this.unansweredSince ??= this.now();
  }

  /** Anything that comes, and a new socket: it owes nothing yet. */
  onAnswer(): void {
    this.unansweredSince = null;
  }

  private rest(browser: CDPSession): void {
    if (this.resting !== null) return;
    const isOver = (): undefined => undefined; // The browser is gone, and its sockets with it.
    browser.send('Network.disable').catch(isOver);
    this.resting = setTimeout(() => {
      this.resting = null;
      look(browser).catch(isOver);
    }, restMs).unref();
  }
}

async function look(browser: CDPSession): Promise<void> {
  await browser.send('Network.enable', { maxTotalBufferSize: 0, maxResourceBufferSize: 0 });
}
