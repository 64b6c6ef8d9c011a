import type { SessionSnapshot } from '@wafleet/contracts';
import { noPage } from '../whatsapp/page/page-picture';
import type { ClientEvent, Picture, Probe, WhatsappClient } from '../whatsapp/whatsapp-client';
import { ClientSlot } from './client-slot';
import { EarlyMessages } from './early-messages';
import { LostLogin } from './lost-login';
import { PhaseDeadline } from './machine/phase-deadline';
import { ReconnectManager, type ReconnectStatus } from './reconnect/reconnect-manager';
import { sessionEventOf } from './machine/session-event-of';
import { SessionFacts } from './session-facts';
import { transition } from './machine/session-machine';
import {
  initialSession,
  type LogoutReason,
  type Phase,
  type SessionEffect,
  type SessionEvent,
  type SessionModel,
} from './machine/session-model';
import type { SessionOptions } from './session-options';
import { snapshotOf } from './session-snapshot';

/** Runs the session machine: holds the one client, its deadlines and timers, and carries out what the machine decides. */
export class Session {
  private model: SessionModel;
  private readonly facts = new SessionFacts();
  private readonly reconnect: ReconnectManager;
  private readonly deadline: PhaseDeadline;
  private readonly slot: ClientSlot;
  private readonly early: EarlyMessages;
  private readonly lostLogin: LostLogin;
  private readonly pending: SessionEvent[] = [];
  private isDraining = false;
  private since: number;
  private linkedAt: number | null = null;
  private published = '';
  private probe: Probe | null = null;
  private durableTimer: NodeJS.Timeout | null = null;

  constructor(private readonly options: SessionOptions) {
    this.since = options.now();
    this.model = { ...initialSession, mayTakeOver: options.settings.takeOver };
    this.slot = new ClientSlot(options.createClient);
    this.facts.linkIsDurable = options.settings.hasLogin;
    this.lostLogin = new LostLogin({
      explain: options.profile.explainLostLogin,
      onExplained: (failure, client) => {
        if (this.slot.current === client) this.dispatch({ kind: 'failed', ...failure });
      },
    });
    this.early = new EarlyMessages((event) => {
      if (event.kind === 'ack') options.listener.onAck(event.message, event.ack);
      else if (event.kind === 'update') options.listener.onUpdate(event.message);
      else options.listener.onMessage(event.message);
    });
    this.reconnect = new ReconnectManager({
      policy: options.settings.reconnect,
      now: options.now,
      random: options.random,
      onDue: () => this.dispatch({ kind: 'retry_due' }),
      onAttemptsUsedUp: () => this.dispatch({ kind: 'attempts_used_up' }),
      onStable: () => this.publish(),
      outage: {
        isReachable: () => this.isReachable(),
        nudgeSocket: () => this.slot.current?.nudgeSocket() ?? Promise.resolve(),
      },
    });
    this.deadline = new PhaseDeadline({
      deadlines: options.settings.deadlines,
      networkTrouble: () => this.slot.current?.networkTrouble() ?? Promise.resolve(null),
      onPassed: (trouble) =>
        this.dispatch(trouble === null ? { kind: 'deadline' } : { kind: 'failed', ...trouble }),
    });
  }

  start(): void {
    this.dispatch({ kind: 'start' });
  }

  /** Closes the browser; onEnd() follows. Repeats do nothing. */
  stop(exitCode: number): void {
    this.dispatch({ kind: 'stop', exitCode });
  }

  /** Signed out at WhatsApp as far as that is possible, in any case here; onEnd() follows. */
  async logout(reason: LogoutReason): Promise<boolean> {
    let detail: string | null = null;
    if (this.model.state === 'CONNECTED' || this.facts.account !== null || this.facts.linkIsDurable) {
      detail = await (this.slot.current?.logout() ?? Promise.reject(new Error('no page'))).then(
        () => null,
        () => 'WhatsApp could not be told; remove the device on the phone as well',
      );
    }
    this.dispatch({ kind: 'logged_out', reason, detail });
    return detail === null;
  }

  /** A code to type on the phone, or null when the session does not wait to be linked. @throws PageError */
  async requestPairingCode(phoneNumber: string): Promise<{ code: string; expiresAt: number } | null> {
    if (this.model.phase !== 'linking' || !this.slot.current) return null;
    const code = await this.slot.current.requestPairingCode(phoneNumber);
    if (this.model.phase !== 'linking') return null;
    this.facts.showPairingCode(code, phoneNumber, this.options.now());
    this.dispatch({ kind: 'pairing_code' });
    return this.facts.pairingCode && { code, expiresAt: this.facts.pairingCode.expiresAt };
  }

  /** Attempts of the workers before this one. */
  carryAttempts(attempt: number): void {
    this.reconnect.carry(attempt);
    this.publish();
  }

  /** All attempts again; a planned one is due at once. */
  resetReconnect(): void {
    this.reconnect.reset();
    this.publish();
  }

  /** The page as it is now. Without a time a repair that waits for it is not held up. */
  takePicture(timeoutMs?: number): Promise<Picture> {
    return this.currentClient?.takePicture(timeoutMs) ?? Promise.resolve(noPage);
  }

  /** A failure in the library that no event told of. */
  onStrayFailure(detail: string): void {
    if (this.model.client === 'live') this.dispatch({ kind: 'failed', reason: 'page_timeout', detail });
  }

  /** The client, while messages can go through it. */
  get connectedClient(): WhatsappClient | null {
    return this.model.state === 'CONNECTED' ? this.slot.current : null;
  }

  /** Whatever page there is, working or not. */
  get currentClient(): WhatsappClient | null {
    return this.slot.current;
  }

  get lastProbe(): Probe | null {
    return this.probe;
  }

  snapshot(): SessionSnapshot {
    const { model, facts, since } = this;
    return snapshotOf({
      model,
      facts,
      since,
      linkedAt: this.linkedAt,
      reconnect: this.reconnect.status(),
      libraryVersion: this.options.libraryVersion,
    });
  }

  /** Events may come from within effects; they wait their turn. */
  private dispatch(event: SessionEvent): void {
    this.pending.push(event);
    if (this.isDraining) return;
    this.isDraining = true;
    for (let next = this.pending.shift(); next; next = this.pending.shift()) this.step(next);
    this.isDraining = false;
    this.publish();
  }

  private step(event: SessionEvent): void {
    const before = this.model;
    const { next, effects, progressed } = transition(before, event);
    this.model = next;
    const isNews = next.state !== before.state || next.reason !== before.reason;
    if (next.phase !== before.phase) this.onPhase(before.phase, next.phase);
    if (next.reason === 'profile_corrupt') this.facts.linkIsDurable = false;
    if (progressed) this.deadline.restart(next.phase);
    if (isNews) this.since = this.options.now();
    if (next.state === 'CONNECTED' && before.state !== 'CONNECTED') this.onConnected();
    if (isNews || next.phase !== before.phase) this.options.listener.onTransition(next);
    for (const effect of effects) this.run(effect);
    if (isNews) this.tell(before, next);
  }

  private onPhase(before: Phase, next: Phase): void {
    const { facts } = this;
    if (next === 'launching') facts.forgetPage();
    // A page that asks for a scan is linked to nobody.
    if (next === 'linking') facts.account = null;
    if (before === 'linking' && (next === 'authenticating' || next === 'syncing')) {
      this.linkedAt = this.options.now();
      facts.linkIsDurable = false;
    }
  }

  private onConnected(): void {
    this.reconnect.connected();
    if (this.facts.linkIsDurable || this.durableTimer) return;
    const settledMs = this.linkedAt === null ? 0 : this.options.settings.deadlines.durableMs;
    this.durableTimer = setTimeout(() => {
      this.durableTimer = null;
      if (this.model.state !== 'CONNECTED') return;
      this.facts.linkIsDurable = true;
      this.publish();
    }, settledMs);
  }

  private run(effect: SessionEffect): void {
    switch (effect.kind) {
      case 'open_client':
        return void this.openClient();
      case 'end_client':
        return void this.endClient(effect.ask, effect.discardProfile);
      case 'take_over':
        return this.takeOver();
      case 'plan_retry':
        return this.reconnect.start(effect.reason);
      case 'watch_network':
        return this.reconnect.watchOutage(this.facts.account !== null && this.slot.current?.account !== null);
      case 'exit':
        return void this.finish(effect.code);
    }
  }

  private takeOver(): void {
    this.options.log.info({ phase: this.model.phase }, 'page takes over from another place');
    void this.slot.current?.takeOver();
  }

  /** Asked during an outage; what it is due to may change while it lasts. */
  private async isReachable(): Promise<boolean> {
    const client = this.slot.current;
    if (!client) return false;
    const trouble = await client.networkTrouble();
    if (trouble && client === this.slot.current) this.dispatch({ kind: 'network_trouble', ...trouble });
    return trouble === null;
  }

  private async openClient(): Promise<void> {
    this.early.close();
    const client = this.slot.fill((event) => this.onClientEvent(event));
    const obstacle = await this.options.profile.check(this.facts.linkIsDurable);
    if (this.slot.current !== client) return;
    if (obstacle) this.dispatch({ kind: 'failed', ...obstacle });
    else client.open();
  }

  private async endClient(ask: boolean, discardProfile: boolean): Promise<void> {
    this.probe = null;
    const as = this.model.reason === 'profile_corrupt' ? 'damaged' : 'used';
    const afterwards = () => (discardProfile ? this.options.profile.discard(as) : Promise.resolve());
    try {
      if (await this.slot.empty(ask, afterwards)) this.dispatch({ kind: 'client_gone' });
    } catch (error) {
      this.options.listener.onSurvivor(error);
    }
  }

  private async finish(exitCode: number): Promise<void> {
    this.deadline.stop();
    if (this.durableTimer) clearTimeout(this.durableTimer);
    await this.reconnect.stop();
    this.options.listener.onEnd(exitCode);
  }

  private onClientEvent(event: ClientEvent): void {
    const { listener } = this.options;
    if (this.lostLogin.takes(event, this.slot.current, this.facts.linkIsDurable)) return;
    const answeredBefore = this.model.state === 'CONNECTED' ? this.facts.lastSeenAt : null;
    this.facts.learn(event, this.options.now());
    if (event.kind === 'message' || event.kind === 'ack' || event.kind === 'update')
      return this.early.pass(event);
    if (event.kind === 'probe') {
      this.probe = event.probe;
      listener.onProbe(event.probe);
    }
    this.dispatch(sessionEventOf(event));
    // Whose page it is was told by now; messages come after that, so that they can be refused with it.
    if (event.kind === 'ready' || event.kind === 'incompatible') this.early.open();
    if (event.kind === 'ready') listener.onReady(answeredBefore);
  }

  /** Each state once; what changes with every probe is no change of state. */
  private publish(): void {
    const snapshot = this.snapshot();
    const comparable = JSON.stringify({ ...snapshot, lastSeenAt: null });
    if (comparable === this.published) return;
    this.published = comparable;
    this.options.listener.onChange(snapshot);
  }

  private tell(before: SessionModel, next: SessionModel): void {
    const { attempt, nextAttemptAt }: ReconnectStatus = this.reconnect.status();
    const delayMs = nextAttemptAt === null ? undefined : nextAttemptAt - this.options.now();
    const fields = { from: before.state, to: next.state, reason: next.reason, detail: next.detail };
    const level = next.reason === null || next.state === 'QR_READY' ? 'info' : 'warn';
    this.options.log[level]({ ...fields, phase: next.phase, attempt, delayMs }, 'session changed');
  }
}
