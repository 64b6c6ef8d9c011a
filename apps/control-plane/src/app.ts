import { setTimeout as delay } from 'node:timers/promises';
import { createDatabase } from '@wafleet/db';
import { ConfigError, withDeadline, type Logger } from '@wafleet/runtime';
import { createAlerting } from './alerts/alerting';
import { createAppContext } from './app-context';
import type { Config } from './config';
import { createHttpListener } from './http/listener';
import { createWaitingApp } from './http/waiting-app';
import { createLeadership } from './leadership/leadership';
import { noteActive, noteStopped } from './leadership/note-active';
import { claimInstance } from './ops/instance';
import { prepareDatabase } from './ops/prepare-database';
import { keepStoryLog } from './ops/story-log';
import { derivedSecret } from './secrets/derived-secret';
import { loadMasterKey } from './secrets/master-key';
import { createVault } from './secrets/vault';
import { ensureFirstAdmin } from './sign-in/first-admin';
import { ensureKey } from './users/api-keys';
import { systemErrorCode } from './system-error';

export interface App {
  /** Where the API is. It answers from the beginning: without a database, that there is none. */
  url: string;
  /**
   * Resolves when this control plane acts; until then it waits for its database, for as long as it takes, or stands by.
   * Rejects with ConfigError or MigrationError, and when it is stopped before.
   */
  active: Promise<void>;
  /** Resolves when it may act no longer; the process must end at once. */
  lostLeadership: Promise<void>;
  /** Ends everything in order. Workers live on, unless they are to be stopped. */
  stop(options: { stopWorkers: boolean }): Promise<void>;
}

type AppContext = ReturnType<typeof createAppContext>;

/** How long another process of this machine may take to let go of the link's port. */
const linkPortPatienceMs = 5_000;
const stopTimeoutMs = 60_000;

/**
 * Starts a control plane: API, database, migrations, identity; then it stands by until it is the one to act.
 * @throws ConfigError where the API's port can't be listened on
 */
export async function startApp(
  config: Config,
  log: Logger,
  stdout: { write(line: string): unknown } = process.stdout,
): Promise<App> {
  const { databaseUrl, adminKey, portalKey, masterKey, previousMasterKey, authSecret, firstAdmin } =
    config.secrets;
  let isDatabaseAway = false;
  const listener = createHttpListener(createWaitingApp(() => isDatabaseAway, log));
  const address = await listening('PORT', config.http, (port, host) => listener.listen(port, host));
  log.info({ host: address.address, port: address.port }, 'API listens');

  const db = createDatabase({ url: databaseUrl });
  const alerting = createAlerting(config, log);
  const leadership = createLeadership({ databaseUrl, log });
  const stopping = new AbortController();
  let context: AppContext | null = null;
  let endStory: () => void = () => undefined;
  let isLeader = false;
  let isActive = false;
  const active = prepare().then(activate);
  active.catch(() => undefined);

  return {
    url: `http://${config.http.host}:${address.port}`,
    active,
    lostLeadership: leadership.lost,
    stop: (options) => withDeadline(stop(options), stopTimeoutMs, 'control plane'),
  };

  async function prepare(): Promise<AppContext> {
    await prepareDatabase(
      { url: databaseUrl, migrationsDir: config.migrationsDir },
      {
        log,
        outage: { isAway, settled: alerting.outage.settled },
        random: Math.random,
        signal: stopping.signal,
      },
    );
    await alerting.outage.isBack(db);
    const instance = await claimInstance(db, config);
    const loadedKey = await loadMasterKey(db, { ...config, masterKey, previousMasterKey });
    const vault = createVault({ db, masterKey: loadedKey });
    context = createAppContext(config, {
      listener,
      db,
      instance,
      vault,
      authSecret: authSecret ?? derivedSecret(loadedKey, 'sign-in'),
      alerting,
      log,
      stdout,
      isActive: () => isActive,
    });
    endStory = keepStoryLog(context.bus, context.logs);
    if (adminKey !== undefined) await ensureKey(db, 'ADMIN', adminKey, context.newId);
    if (portalKey !== undefined) await ensureKey(db, 'PORTAL', portalKey, context.newId);
    if (firstAdmin !== undefined) await ensureFirstAdmin({ db, ...context }, firstAdmin);
    return context;
  }

  function isAway(): void {
    isDatabaseAway = true;
    alerting.outage.isAway();
  }

  /** Links first: workers that run are heard before anything is decided about them. */
  async function activate(parts: AppContext): Promise<void> {
    const { workerLink, greenWatch, supervisor, jobs, outbox, mediaDownloads, webhookSender, alertDesk } =
      parts;
    const { bulkRunner, rolloutRunner, usageSampler, diskMeter } = parts;
    const { snapshotLane, snapshotChecks, exportLane } = parts;
    stopping.signal.throwIfAborted();
    await leadership.acquire();
    isLeader = true;
    const lostAt = await noteActive(db, new Date());
    await greenWatch.start();
    await listening(
      'LINK_PORT',
      config.link,
      (port, host) => workerLink.listen(port, host),
      linkPortPatienceMs,
    );
    await supervisor.start();
    jobs.start();
    outbox.start();
    mediaDownloads.start();
    webhookSender.start();
    snapshotLane.start();
    snapshotChecks.start();
    exportLane.start();
    alertDesk.start(lostAt);
    bulkRunner.start();
    rolloutRunner.start();
    usageSampler.start();
    diskMeter.start();
    isActive = true;
    log.info('ready');
  }

  async function stop({ stopWorkers }: { stopWorkers: boolean }): Promise<void> {
    log.info({ stopWorkers }, 'stopping');
    stopping.abort();
    if (!isLeader) await leadership.release();
    await active.catch(() => undefined);
    if (context === null) await listener.close();
    else await stopParts(context, stopWorkers);
    await alerting.outage.settled();
    await leadership.release();
    endStory();
    await db.$disconnect();
    log.info('stopped');
  }

  async function stopParts(parts: AppContext, stopWorkers: boolean): Promise<void> {
    const {
      http,
      audit,
      workerLink,
      greenWatch,
      supervisor,
      jobs,
      outbox,
      mediaDownloads,
      webhookSender,
      bulkRunner,
      rolloutRunner,
      usageSampler,
      diskMeter,
      alertDesk,
      snapshotLane,
      snapshotChecks,
      exportLane,
    } = parts;
    await http.close();
    await audit.stop();
    await alertDesk.stop();
    await bulkRunner.stop();
    await rolloutRunner.stop();
    await usageSampler.stop();
    await diskMeter.stop();
    await outbox.stop();
    await mediaDownloads.stop();
    await webhookSender.stop();
    await snapshotLane.stop();
    await snapshotChecks.stop();
    await exportLane.stop();
    await supervisor.stop();
    if (stopWorkers && isActive) await supervisor.stopWorkers();
    isActive = false;
    await workerLink.stop();
    await greenWatch.stop();
    await jobs.stop();
    if (isLeader) await noteStopped(db);
  }
}

async function listening<Address>(
  setting: string,
  { host, port }: { host: string; port: number },
  listen: (port: number, host: string) => Promise<Address>,
  patienceMs = 0,
): Promise<Address> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    try {
      return await listen(port, host);
    } catch (cause) {
      const code = systemErrorCode(cause);
      if (code === 'EADDRINUSE' && Date.now() < deadline) await delay(100);
      else if (code === 'EADDRINUSE')
        throw new ConfigError(`Port ${port} is taken; set ${setting} to another one.`);
      else throw new ConfigError(`${setting} ${port} can't be listened on (${code}).`);
    }
  }
}
