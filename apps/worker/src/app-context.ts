import { join } from 'node:path';
import { workerExit, type Command, type CommandResult } from '@wafleet/contracts';
import { createLogger, scrub, type Logger } from '@wafleet/runtime';
import type { WorkerConfig } from './config';
import { Heartbeat } from './heartbeat';
import { Backfill } from './inbound/backfill';
import { MediaFetches } from './inbound/media-fetches';
import { MessageIntake } from './inbound/message-intake';
import { CommandRunner } from './link/command-runner';
import { ErrorWatch } from './incidents/error-watch';
import { IncidentReporter } from './incidents/incident-reporter';
import { LinkClient } from './link/link-client';
import { LogFile } from './log-file';
import { Outbound } from './outbound/outbound';
import { MemoryRelease } from './processes/release-memory';
import { checkProfile } from './profile/check-profile';
import { clearTemp } from './profile/clear-temp';
import { discardProfile } from './profile/discard-profile';
import { explainLostLogin } from './profile/explain-lost-login';
import { createProxyAccess } from './proxy/proxy-access';
import { PageCommands } from './outbound/page-commands';
import { runCommand } from './run-command';
import { Session } from './session/session';
import { libraryVersion, workerVersion } from './versions';
import { UserAgent } from './whatsapp/browser/user-agent';
import { BrowserJournal } from './whatsapp/browser/browser-journal';
import { WwebjsClient } from './whatsapp/wwebjs-client';

export interface Worker {
  start(): void;
  /** Asks for a graceful end; whenEnded tells when it came. */
  stop(): void;
  /** The exit code, once the browser is gone and the events are flushed. */
  readonly whenEnded: Promise<number>;
  /** A rejection that nobody handled. */
  onStrayFailure(reason: unknown): void;
  /** Notes an error that is about to end the process. */
  onFatal(error: unknown): void;
}

/** A send may begin only with a link not older than this; later another worker may have been started. */
const linkStaleMs = 15_000;
const flushMs = 2_000;
/** A backfill goes on while fewer events than this wait to be committed. */
const backfillRoom = 500;

const tooMany = {
  decryption: ['decryption_failing', 'failures to decrypt'],
  page: ['page_failing', 'errors in the page'],
} as const;

/** Builds the worker: the one place that constructs its parts. */
export function createWorker({ settings, browserEnvironment }: WorkerConfig): Worker {
  const { tenantId, generation, tenantDir } = settings;
  const log = createLogger({
    name: 'worker',
    level: settings.logLevel,
    fields: { tenantId, generation },
    destination: new LogFile(join(tenantDir, 'logs', 'worker.log')),
  });
  let wasWelcome = false;
  let lastMessageAt: number | null = null;
  const memory = new MemoryRelease();
  const { promise: whenEnded, resolve: ended } = deferred<number>();

  const end = async (exitCode: number): Promise<void> => {
    heartbeat.stop();
    memory.stop();
    backfill.stop();
    await incidents.stop();
    await link.flush(flushMs);
    await link.stop();
    await proxy?.stop();
    log.info({ exitCode }, 'worker ends');
    ended(exitCode);
  };

  const proxy = settings.proxyUrl === null ? null : createProxyAccess({ proxyUrl: settings.proxyUrl, log });
  const errors = new ErrorWatch({
    ...settings.errors,
    now: Date.now,
    onTooMany(trouble, count) {
      const minutes = Math.ceil(settings.errors.windowMs / 60_000);
      const [reason, what] = tooMany[trouble];
      log.warn({ reason, count }, 'too many errors in the page');
      incidents.onErrors(reason, `${count} ${what} within ${minutes} minutes`);
    },
  });
  const journal = new BrowserJournal(Date.now, (trouble) => errors.note(trouble));
  const userAgent = new UserAgent(
    settings.browser.executablePath,
    join(tenantDir, 'home', 'browser-version.json'),
  );
  const session = new Session({
    settings,
    libraryVersion,
    createClient: (onEvent) =>
      new WwebjsClient({
        browser: {
          ...settings.browser,
          tenantId,
          tenantDir,
          launcherPath: join(__dirname, 'browser-under-lock.sh'),
          launchTimeoutMs: settings.deadlines.launchMs,
          environment: browserEnvironment,
        },
        userAgent,
        proxy,
        journal,
        deadlines: settings.deadlines,
        stableMs: settings.reconnect.stableMs,
        now: Date.now,
        log,
        onEvent: (event) => {
          if (event.kind === 'syncing') backfill.onSyncing();
          onEvent(event);
        },
      }),
    profile: {
      check: async (hasLogin) => {
        await clearTemp(tenantDir);
        return checkProfile(tenantDir, { sandbox: settings.browser.sandbox, hasLogin });
      },
      explainLostLogin: (sign) => explainLostLogin(tenantDir, sign),
      discard: (as) => discardProfile(tenantDir, new Date(), as),
    },
    now: Date.now,
    random: Math.random,
    log,
    listener: {
      onChange: (snapshot) => link.emit({ kind: 'session.changed', session: snapshot }),
      onTransition: (step) => incidents.onTransition(step),
      onProbe: (probe) => {
        incidents.onProbe(probe);
        if (!probe.ok) heartbeat.beat();
      },
      onMessage: (message) => {
        lastMessageAt = Date.now();
        void intake.onMessage(message);
      },
      onAck: (message, ack) => intake.onAck(message, ack),
      onUpdate: (message) => intake.onUpdate(message),
      onReady: (answeredBefore) => {
        memory.soon();
        // What came while the page was loaded anew is nowhere but in the page.
        if (answeredBefore !== null) tellLoss(answeredBefore);
      },
      onEnd: (exitCode) => void end(exitCode),
      onSurvivor: (err) => {
        log.error({ err }, 'the browser can not be proven gone');
        void end(1);
      },
    },
  });

  const outbound = new Outbound({
    chats: () => session.connectedClient?.chats ?? null,
    isLinkStale: () => link.absentMs > linkStaleMs,
    now: Date.now,
  });
  const pageCommands = new PageCommands({
    verbs: () => session.connectedClient?.verbs ?? null,
    isLinkStale: () => link.absentMs > linkStaleMs,
    now: Date.now,
  });
  const mediaFetches = new MediaFetches(() => session.connectedClient?.chats ?? null);
  const commands = new CommandRunner((command: Command): Promise<CommandResult> => {
    // All others are about messages: sent, read, about to be written.
    if (!command.kind.startsWith('session.')) lastMessageAt = Date.now();
    return runCommand(command, { session, outbound, pageCommands, backfill, mediaFetches });
  }, log);
  const link = new LinkClient({
    url: settings.linkUrl,
    identity: { tenantId, generation, token: settings.token, pid: process.pid, workerVersion },
    snapshot: () => session.snapshot(),
    now: Date.now,
    random: Math.random,
    log,
    maxAbsenceMs: settings.maxLinkAbsenceMs,
    listener: {
      onWelcome: ({ reconnect }) => {
        if (!wasWelcome) session.carryAttempts(reconnect.attempt);
        wasWelcome = true;
      },
      onCommand: (frame) => commands.run(frame),
      onRefused: () => exitWith(workerExit.refused),
      onAbandoned: () => exitWith(workerExit.linkLost),
      onRoomAgain: (since) => tellLoss(since),
    },
  });
  const incidents = new IncidentReporter({
    versions: () => ({ ...session.snapshot().versions, worker: workerVersion }),
    readJournal: () => journal.read(),
    takePicture: () => session.takePicture(),
    now: Date.now,
    report: (event) => link.emit(event),
  });
  const intake = new MessageIntake({
    client: () => session.currentClient,
    emit: (event) => link.emit(event),
    log,
  });
  const backfill = new Backfill({
    client: () => session.connectedClient?.chats ?? null,
    onMessage: (message, outageId) => intake.onMessage(message, outageId),
    canonicalChat: (chatId) => intake.canonicalChat(chatId),
    emit: (event) => link.emit(event),
    whenRoom: () => link.whenBelow(backfillRoom),
    settleMs: settings.deadlines.settleMs,
    lateMs: settings.deadlines.lateMs,
    log,
  });
  const heartbeat = new Heartbeat({
    now: Date.now,
    probe: () => session.lastProbe,
    browserProcessIds: () => session.currentClient?.processIds() ?? [],
    queues: () => ({
      inbound: intake.queues.depth,
      outbound: outbound.queues.depth,
      unackedEvents: link.unacknowledged,
    }),
    lastMessageAt: () => lastMessageAt,
    hasOwnGroup: settings.hasOwnGroup,
    send: (frame) => {
      incidents.onHeartbeat(frame);
      link.heartbeat(frame);
    },
  });

  function tellLoss(since: number): void {
    link.emit({ kind: 'inbound.lost', since, until: Date.now() });
  }

  /** The session ends first, because a browser must never outlive its worker. */
  function exitWith(exitCode: number): void {
    log.warn({ exitCode }, 'worker must end');
    session.stop(exitCode);
  }

  return {
    start: () => {
      announce(log, settings.browser.sandbox);
      link.start();
      heartbeat.start();
      session.start();
    },
    stop: () => session.stop(workerExit.stopped),
    whenEnded,
    onStrayFailure: (reason) => {
      log.error({ err: reason }, 'a rejection that nobody handled');
      session.onStrayFailure(scrub(String(reason), 300));
    },
    onFatal: (err) => log.fatal({ err }, 'an error that nobody caught ends the worker'),
  };
}

function announce(log: Logger, sandbox: boolean): void {
  log.info({ pid: process.pid, uid: process.getuid?.(), version: workerVersion }, 'worker starts');
  if (!sandbox) log.warn({}, 'the browser runs without a sandbox, as configured');
}

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
