import type { PageCalls } from './page-calls';
import { failureOf } from '../failure-reason';
import { announceSynced, readPageStatus, refreshQr, type PageStatus } from './page-functions';
import { QrFilter } from './qr-filter';
import { judgeSocket } from '../socket-verdict';
import type { ClientEvent } from '../whatsapp-client';

/** How long a page may show the conflict that it was told to end. */
const takingOverMs = 5_000;

/**
 * What the page's state and codes mean, from the library's events and from our own looks at it. Makes up for what
 * the library misses: codes that stop when nobody scans, a sync that ended before it listened, states that it does
 * not tell before `ready`.
 */
export class PageWatch {
  /** A document of WhatsApp has loaded. */
  hasLoaded = false;
  /** This page was signed in. */
  hasBeenUp = false;
  private socketIsUp = false;
  /** When the conflict that the page is in was last told; null without one. */
  private conflictToldAt: number | null = null;
  /** That this document syncs was told; again and again it would pass for progress. */
  private syncIsTold = false;
  /** The library was told of this document's finished sync. */
  private syncIsKnown = false;
  private readonly qrs = new QrFilter();

  constructor(
    private readonly calls: PageCalls,
    private readonly emit: (event: ClientEvent) => void,
    private readonly now: () => number,
    private readonly isSocketSilent: () => boolean,
  ) {}

  onPageLoaded(version: string): void {
    this.hasLoaded = true;
    this.syncIsTold = false;
    this.syncIsKnown = false;
    this.emit({ kind: 'page_loaded', version });
  }

  onSynced(): void {
    this.syncIsKnown = true;
    this.emit({ kind: 'syncing', percent: null });
  }

  onReady(): void {
    this.hasBeenUp = true;
    this.socketIsUp = true;
  }

  onQr(raw: string): void {
    const kind = this.qrs.judge(raw);
    if (kind === 'code') this.emit({ kind: 'qr', raw });
    // A page without a code was scanned, or went idle; its state tells which.
    if (kind === 'none') void this.look((status) => this.onNoCode(status));
  }

  /** @throws Error when the page does not answer, or lost what makes it of use */
  async askStatus(): Promise<PageStatus> {
    const status = await this.calls.ask(readPageStatus);
    // Such a page answers, but can neither receive nor send.
    if (this.hasBeenUp && !status.hasLibrary) throw new Error('the page lost the library');
    return status;
  }

  onStatus(status: PageStatus): void {
    // A dead connection that nobody ended is CONNECTED in the page's own words.
    if (status.state === 'CONNECTED' && this.isSocketSilent()) return this.onSocketUp(false);
    this.onSocket(status.state, status.stream);
    if (status.state === 'CONNECTED' && status.hasDialog && !this.hasBeenUp) this.dismissDialog();
    if (status.state !== 'CONNECTED' || status.hasLibrary || this.syncIsKnown) return;
    if (!this.hasBeenUp && !this.syncIsTold) this.emit({ kind: 'syncing', percent: null });
    this.syncIsTold = true;
    if (!status.hasSynced) return;
    // The sync finished before the library listened for it; without this call `ready` never comes.
    this.syncIsKnown = true;
    void this.act(announceSynced);
  }

  onSocket(state: string | null, stream: string | null = null): void {
    const verdict = judgeSocket({ state, stream }, this.hasBeenUp);
    if (verdict.kind !== 'conflict') this.conflictToldAt = null;
    switch (verdict.kind) {
      case 'up':
      case 'down':
        return this.onSocketUp(verdict.kind === 'up');
      case 'signing_in':
        return this.emit({ kind: 'authenticating' });
      case 'code_idle':
        return void this.act(refreshQr);
      case 'unpaired':
        return this.emit({ kind: 'logged_out', reason: 'unpaired' });
      case 'conflict':
        return this.onConflict();
      case 'failed':
        // The way back may lead straight to CONNECTED, which is news then.
        this.socketIsUp = false;
        return this.emit(verdict);
      case 'needs_link':
      case 'unclear':
        return;
    }
  }

  /**
   * The page stays in it for a moment after it was told to take over, and can be back in it before anybody has looked
   * at it in between: told again when it is still, or again, there after that moment.
   */
  private onConflict(): void {
    const now = this.now();
    if (this.conflictToldAt !== null && now - this.conflictToldAt < takingOverMs) return;
    this.conflictToldAt = now;
    this.emit({ kind: 'failed', reason: 'opened_elsewhere', detail: null });
  }

  /** "What's new" and its like hold back what follows the sign-in until somebody answers them. */
  private dismissDialog(): void {
    this.calls.dismissDialog().catch((error: unknown) => this.onFailure(error));
  }

  private onSocketUp(isUp: boolean): void {
    if (!this.hasBeenUp || isUp === this.socketIsUp) return;
    this.socketIsUp = isUp;
    this.emit({ kind: 'socket', isUp });
  }

  private onNoCode(status: PageStatus): void {
    if (status.state === 'UNPAIRED_IDLE') this.onStatus(status);
    else this.emit({ kind: 'authenticating' });
  }

  private async look(read: (status: PageStatus) => void): Promise<void> {
    await this.calls.ask(readPageStatus).then(read, (error: unknown) => this.onFailure(error));
  }

  private async act(inPage: () => void | Promise<void>): Promise<void> {
    await this.calls.ask(inPage).catch((error: unknown) => this.onFailure(error));
  }

  private onFailure(error: unknown): void {
    this.emit({ kind: 'failed', ...failureOf(error) });
  }
}
