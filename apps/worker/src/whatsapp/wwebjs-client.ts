import { join } from 'node:path';
import { reasons, type Account } from '@wafleet/contracts';
import { readOomKills, withDeadline, type Logger } from '@wafleet/runtime';
import type { ProxyAccess } from '../proxy/proxy-access';
import {
  askToClose,
  BrowserProcesses,
  isProfileLocked,
  launchOptions,
  type BrowserSettings,
} from './browser/browser';
import type { BrowserJournal } from './browser/browser-journal';
import { BrowserWatch } from './browser/browser-watch';
import { failureOf, missingModuleOf, type Failure } from './failure-reason';
import type { UserAgent } from './browser/user-agent';
import { KeptProfile } from './browser/kept-profile';
import { LibraryClient } from './library-client';
import { Liveness } from './liveness';
import { ownWords } from './browser/own-words';
import { PageCalls } from './page/page-calls';
import * as inPage from './page/page-functions';
import { PageChats } from './page/page-chats';
import { PageError } from './page/page-error';
import { hearNews } from './page/page-news';
import { takePicture } from './page/page-picture';
import { PageWatch } from './page/page-watch';
import { applyPagePatches } from './page/patches';
import { proveReady } from './page/self-test';
import { PageVerbs } from './page/verbs/page-verbs';
import { SocketTraffic } from './socket-traffic';
import type { ClientEvent, NetworkTrouble, Picture, WhatsappClient } from './whatsapp-client';

export interface WwebjsClientOptions {
  browser: BrowserSettings;
  userAgent: Pick<UserAgent, 'read'>;
  /** Null where the browser goes out directly. */
  proxy: ProxyAccess | null;
  deadlines: { pageMs: number; probeIntervalMs: number; probeTimeoutMs: number; socketSilentMs: number };
  /** A page that has worked for this long has caught up with all it missed. */
  stableMs: number;
  journal: BrowserJournal;
  now: () => number;
  log: Logger;
  onEvent: (event: ClientEvent) => void;
}

const reachableMs = 3_000;
const logoutMs = 10_000;

/** WhatsApp Web through whatsapp-web.js: the one place that knows the library's events and corrects its defects. */
export class WwebjsClient implements WhatsappClient {
  account: Account | null = null;
  private library: LibraryClient | null = null;
  private readonly calls = new PageCalls(() => this.library);
  readonly chats: PageChats;
  readonly verbs = new PageVerbs(this.calls);
  private readonly processes = new BrowserProcesses();
  private readonly traffic: SocketTraffic;
  private readonly watch: PageWatch;
  private readonly browserWatch: BrowserWatch;
  private readonly liveness: Liveness;
  private opening: Promise<void> | null = null;
  private ended: Promise<void> | null = null;
  private picturing: Promise<unknown> = Promise.resolve();
  private isLaunched = false;
  private readyAt: number | null = null;
  private whenLoggedOut: (() => void) | null = null;

  constructor(private readonly options: WwebjsClientOptions) {
    this.chats = new PageChats(
      this.calls,
      (text) => options.journal.onText(text),
      () => !this.verbs.degraded.includes('previews'),
    );
    this.traffic = new SocketTraffic(options.deadlines.socketSilentMs, options.now);
    this.watch = new PageWatch(
      this.calls,
      (event) => this.emit(event),
      options.now,
      () => this.traffic.isSilent(),
    );
    this.browserWatch = new BrowserWatch({
      journal: options.journal,
      readOomKills,
      onPageError: (error) => this.onPageError(error),
      onEnd: (failure) => this.tellOf({ kind: 'failed', ...failure }),
    });
    this.liveness = new Liveness({
      intervalMs: options.deadlines.probeIntervalMs,
      timeoutMs: options.deadlines.probeTimeoutMs,
      now: options.now,
      isPageThere: () => this.watch.hasLoaded,
      isSettled: () => this.readyAt !== null && options.now() - this.readyAt >= options.stableMs,
      readStatus: () => this.watch.askStatus(),
      askBrowser: () => this.calls.askBrowser(),
      onAnswer: (probe, status) => {
        this.browserWatch.noteOomKills();
        this.emit({ kind: 'probe', probe });
        this.watch.onStatus(status);
      },
      onMiss: (probe) => this.emit({ kind: 'probe', probe }),
      onDead: (detail) => this.emit({ kind: 'failed', reason: 'browser_hung', detail }),
    });
  }

  open(): void {
    this.opening ??= this.launch().catch(async (error: unknown) => {
      const failure = this.isLaunched ? await this.loadFailureOf(error) : await this.launchFailureOf(error);
      this.emit({ kind: 'failed', ...failure });
    });
  }

  end(options: { ask: boolean }): Promise<void> {
    this.ended ??= this.endBrowser(options.ask);
    return this.ended;
  }

  async networkTrouble(): Promise<NetworkTrouble | null> {
    const trouble = await this.proxyTrouble();
    if (trouble !== null) return trouble;
    const attempt = this.watch.hasBeenUp
      ? this.calls.ask(inPage.canFetch, reachableMs)
      : this.calls.visit('https://web.whatsapp.com/robots.txt', reachableMs);
    const isReachable = await withDeadline(attempt, reachableMs + 1_000, 'reachability').catch(() => false);
    return isReachable ? null : { reason: 'whatsapp_unreachable', detail: null };
  }

  async nudgeSocket(): Promise<void> {
    await this.tell('nudge', inPage.reconnectSocket);
  }

  async takeOver(): Promise<void> {
    await this.tell('take-over', inPage.takeOverSocket);
  }

  requestPairingCode(phoneNumber: string): Promise<string> {
    return this.calls.required('pairing code', 30_000, (library) => library.requestPairingCode(phoneNumber));
  }

  async logout(): Promise<void> {
    const loggedOut = new Promise<void>((resolve) => {
      this.whenLoggedOut = resolve;
    });
    // The page navigates away under the call when it succeeds, so its failure alone says nothing.
    const asked = this.calls.ask(inPage.logOut).then(
      () => loggedOut,
      () => loggedOut,
    );
    await withDeadline(asked, logoutMs, 'logout').catch((error: unknown) => {
      throw new PageError('WhatsApp did not confirm the logout', false, { cause: error });
    });
  }

  takePicture(timeoutMs?: number): Promise<Picture> {
    const picture = takePicture(this.calls, timeoutMs);
    this.picturing = picture;
    return picture;
  }

  processIds(): number[] {
    return this.ended || !this.opening ? [] : this.processes.list().map(({ pid }) => pid);
  }

  private async launch(): Promise<void> {
    const { browser, proxy, deadlines } = this.options;
    const userAgent = await this.options.userAgent.read();
    const proxyPort = proxy === null ? null : await proxy.port();
    if (this.ended) return;
    const library = new LibraryClient(
      {
        authStrategy: new KeptProfile(join(browser.tenantDir, 'profile'), () => this.onLaunched()),
        puppeteer: launchOptions(browser, proxyPort),
        webVersionCache: { type: 'none' },
        authTimeoutMs: deadlines.pageMs,
        userAgent,
      },
      {
        onPageLoaded: (version) => {
          this.chats.forget();
          this.watch.onPageLoaded(version);
        },
        onInjected: () => this.afterInjection(),
        onInjectionFailed: (error) => this.emit({ kind: 'failed', ...failureOf(error) }),
      },
    );
    this.library = library;
    this.listen(library);
    await library.initialize();
  }

  /** The browser can't tell a proxy that fails from one that can't reach WhatsApp. */
  private async loadFailureOf(error: unknown): Promise<Failure | NetworkTrouble> {
    const failure = failureOf(error);
    if (reasons[failure.reason].retry !== 'network') return failure;
    return (await this.proxyTrouble()) ?? failure;
  }

  private async proxyTrouble(): Promise<NetworkTrouble | null> {
    const failure = (await this.options.proxy?.failure()) ?? null;
    if (failure === null) return null;
    const reason = failure.at === 'proxy' ? 'proxy_unreachable' : 'whatsapp_unreachable';
    return { reason, detail: failure.detail };
  }

  /** Over a pipe a browser that ended at once tells nothing but that it is gone. */
  private async launchFailureOf(error: unknown): Promise<Failure> {
    const failure = failureOf(error);
    if (failure.reason !== 'renderer_crashed') return failure;
    const isAnothers =
      this.processes.list().length === 0 && (await isProfileLocked(this.options.browser.tenantDir));
    return { ...failure, reason: isAnothers ? 'profile_locked' : 'browser_crashed' };
  }

  private listen(library: LibraryClient): void {
    library.on('qr', (raw) => this.watch.onQr(raw));
    library.on('code', (code) => this.emit({ kind: 'pairing_code_renewed', code }));
    library.on('loading_screen', (percent) => this.emit({ kind: 'syncing', percent: Number(percent) }));
    library.on('authenticated', () => this.watch.onSynced());
    library.on('ready', () => void this.onReady().catch((error: unknown) => this.onReadyFailed(error)));
    library.on('change_state', (state) => this.watch.onSocket(state));
    library.on('message_ciphertext_failed', () => this.options.journal.onUnreadable());
    library.on('disconnected', (why) => {
      if ((why as string) === 'LOGOUT') this.emit({ kind: 'logged_out', reason: 'phone_logged_out' });
      else this.watch.onSocket(why);
    });
  }

  /** The browser runs, the page is still empty. */
  private async onLaunched(): Promise<void> {
    const browser = this.library?.pupBrowser;
    const page = this.library?.pupPage;
    if (!browser || !page || this.isLaunched) return;
    this.isLaunched = true;
    await this.browserWatch.begin(browser, page);
    page.on('request', (request) => {
      // A page that learns at its start that it was unlinked leaves before the library listens, and would show a code
      // as if it were new. Its request comes before the calls into the page fail that the leaving breaks off.
      if (request.isNavigationRequest() && leavesLogin(request.url()))
        this.emit({ kind: 'logged_out', reason: 'phone_logged_out' });
    });
    // Under the library's own name, so that it does not install its handler, which breaks on an idle code and tells
    // nothing before `ready`.
    await page.exposeFunction('onAuthAppStateChangedEvent', (state: string) => this.watch.onSocket(state));
    await this.traffic.watch(page);
    await hearNews(page, (event) => this.emit(event));
    this.emit({ kind: 'browser_started', version: (await browser.version()).replace(/^\w*Chrome\//, '') });
    this.liveness.start();
  }

  /** The only trace of what fails in the library's handlers after sign-in; the deadline of `ready` acts on it. */
  private onPageError(error: unknown): void {
    const text = ownWords(String(error), 300);
    this.options.log.warn({ pageError: text }, 'error in the page');
    this.options.journal.onPageError(text);
    const name = missingModuleOf(error);
    if (name !== null) this.emit({ kind: 'module_missing', name });
    const failure = failureOf(error);
    if (failure.reason === 'profile_corrupt') this.emit({ kind: 'failed', ...failure });
  }

  /** The library listens from now on; what happened before it did must be caught up with. */
  private async afterInjection(): Promise<void> {
    await applyPagePatches(this.calls, this.options.log);
    this.watch.onStatus(await this.calls.ask(inPage.readPageStatus));
  }

  private async onReady(): Promise<void> {
    await applyPagePatches(this.calls, this.options.log);
    const { account, missing, degraded } = await proveReady(this.calls);
    this.verbs.degraded = degraded;
    this.account = account;
    this.readyAt = this.options.now();
    this.watch.onReady();
    if (account && missing.length === 0) this.emit({ kind: 'ready', account, degraded });
    else this.emit({ kind: 'incompatible', account, missing, degraded });
  }

  private onReadyFailed(error: unknown): void {
    this.emit({ kind: 'failed', reason: 'ready_timeout', detail: failureOf(error).detail });
  }

  private async endBrowser(ask: boolean): Promise<void> {
    // Its probe under way may be the one that hangs; it ends with the browser.
    const probed = this.liveness.stop();
    await this.picturing;
    if (ask && this.library?.pupBrowser) await askToClose(this.library.pupBrowser);
    await this.processes.killAll(this.opening ?? Promise.resolve());
    await probed;
  }

  /** Whether it helped shows in what the page does next. */
  private async tell(what: string, inPage: () => void): Promise<void> {
    await withDeadline(this.calls.ask(inPage), reachableMs, what).catch(() => undefined);
  }

  private emit(event: ClientEvent): void {
    if (event.kind === 'message' || event.kind === 'update') this.options.journal.onMessage(event.message);
    // What fails in a browser that is gone is told by its end, which names the cause.
    if (event.kind !== 'failed' || !this.browserWatch.isOver) this.tellOf(event);
  }

  private tellOf(event: ClientEvent): void {
    if (this.ended) return;
    // What a page does while it logs out at our request is no news to anybody else.
    if (this.whenLoggedOut === null) this.options.onEvent(event);
    else if (event.kind === 'logged_out') this.whenLoggedOut();
  }
}

function leavesLogin(url: string): boolean {
  return URL.canParse(url) && new URL(url).searchParams.get('post_logout') === '1';
}
