import { setTimeout as delay } from 'node:timers/promises';
import { createDatabase } from '@wafleet/db';
import { ConfigError, withDeadline, type Logger } from '@wafleet/runtime';
import { createAlerting } from './alerts/alerting';
import { createAppContext } from './app-context';
import type { Config } from './config';
import { createLeadership } from './leadership/leadership';
import { noteActive, noteStopped } from './leadership/note-active';
import { claimInstance } from './ops/instance';
import { prepareDatabase } from './ops/prepare-database';
import { keepStoryLog } from './ops/story-log';
import { loadMasterKey } from './secrets/master-key';
import { createVault } from './secrets/vault';
import { ensureKey } from './users/api-keys';
import { systemErrorCode } from './system-error';

export interface App {
  /** Where the API is. */
  url: string;
  /** Resolves when this control plane acts; until then it stands by. */
  active: Promise<void>;
  /** Resolves when it may act no longer; the process must end at once. */
  lostLeadership: Promise<void>;
  /** Ends everything in order. Workers live on, unless they are to be stopped. */
  stop(options: { stopWorkers: boolean }): Promise<void>;
}

/** How long another process of this machine may take to let go of the link's port. */
const linkPortPatienceMs = 5_000;
const stopTimeoutMs = 60_000;

/**
 * Starts a control plane: database, migrations, identity, API; then it stands by until it is the one to act.
 * @throws ConfigError, MigrationError
 */
export async function startApp(
  config: Config,
  log: Logger,
  stdout: { write(line: string): unknown } = process.stdout,
): Promise<App> {
  const { databaseUrl, adminKey, portalKey, masterKey } = config.secrets;
  const db = createDatabase({ url: databaseUrl });
  let isLeader = false;
  let isActive = false;
  try {
    const alerting = createAlerting(config, log);
    await prepareDatabase(databaseUrl, config.migrationsDir, log, alerting.outage);
    await alerting.outage.isBack(db);
    const instance = await claimInstance(db, config);
    const vault = createVault({ db, masterKey: await loadMasterKey(db, { ...config, masterKey }) });
    const context = createAppContext(config, {
      db,
      instance,
      vault,
      alerting,
      log,
      stdout,
      isActive: () => isActive,
    });
    if (adminKey !== undefined) await ensureKey(db, 'ADMIN', adminKey, context.newId);
    if (portalKey !== undefined) await ensureKey(db, 'PORTAL', portalKey, context.newId);

    const { http, workerLink, greenWatch, supervisor, jobs, outbox, mediaDownloads, alertDesk } = context;
    const address = await listening('PORT', config.http, (port, host) => http.listen(port, host));
    log.info({ host: address.address, port: address.port }, 'API listens');
    const leadership = createLeadership({ databaseUrl, log });
    const endStory = keepStoryLog(context.bus, context.logs);
    const active = activate();
    active.catch(() => undefined);

    return {
      url: `http://${config.http.host}:${address.port}`,
      active,
      lostLeadership: leadership.lost,
      stop: (options) => withDeadline(stop(options), stopTimeoutMs, 'control plane'),
    };

    /** Links first: workers that run are heard before anything is decided about them. */
    async function activate(): Promise<void> {
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
      alertDesk.start(lostAt);
      isActive = true;
      log.info('ready');
    }

    async function stop({ stopWorkers }: { stopWorkers: boolean }): Promise<void> {
      log.info({ stopWorkers }, 'stopping');
      if (!isLeader) await leadership.release();
      await active.catch(() => undefined);
      await http.close();
      await alertDesk.stop();
      await outbox.stop();
      await mediaDownloads.stop();
      await supervisor.stop();
      if (stopWorkers && isActive) await supervisor.stopWorkers();
      isActive = false;
      await workerLink.stop();
      await greenWatch.stop();
      await jobs.stop();
      if (isLeader) await noteStopped(db);
      await leadership.release();
      endStory();
      await db.$disconnect();
      log.info('stopped');
    }
  } catch (error) {
    await db.$disconnect();
    throw error;
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
