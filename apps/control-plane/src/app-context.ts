import { join } from 'node:path';
import { heartbeatIntervalMs } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import { readOomKills, type Logger } from '@wafleet/runtime';
import { createAlertDesk } from './alerts/alert-desk';
import type { Alerting } from './alerts/alerting';
import { alertRetention } from './alerts/alert-retention';
import { createAlertService } from './alerts/alert-service';
import { forgetAlerts } from './alerts/forget-alerts';
import { createChatParts } from './chats/chat-parts';
import type { Config } from './config';
import { createDriver } from './drivers/create-driver';
import { createTenantStorage } from './drivers/tenant-files/tenant-storage';
import { createFleetParts } from './fleet/fleet-parts';
import type { HttpListener } from './http/listener';
import { createHttpServer } from './http/server';
import { createErrorCare } from './incidents/care-for-errors';
import { createHeartbeatHistory } from './incidents/heartbeat-history';
import { incidentRetention } from './incidents/incident-retention';
import { createIncidentService } from './incidents/incident-service';
import { createIncidentNoter } from './incidents/note-incident';
import { createWorkerEvidence } from './incidents/worker-evidence';
import { cleanUp, cleanupIntervalMs } from './jobs/cleanup';
import { createJobQueue } from './jobs/job-queue';
import { createEventBus } from './live/event-bus';
import { createEventHistory } from './live/event-history';
import { createEventStreams } from './live/event-streams';
import { createTenantLogs } from './logs/tenant-logs';
import { createMailer } from './mail/mailer';
import { createMediaParts } from './media/media-parts';
import { createChatVerbs } from './messages/chat-verbs';
import { createMessageEventApplier } from './messages/inbox/apply-message-events';
import { createMessageParts } from './messages/message-parts';
import { createMoveService } from './moving/move-service';
import { createNewId } from './new-id';
import { findTroubles } from './ops/find-troubles';
import { leastFreeBytes } from './ops/free-space';
import { readHealth } from './ops/health';
import { createMetrics } from './ops/metrics/metrics';
import { uidBaseOf, type Instance } from './ops/instance';
import { createPeopleParts } from './people/people-parts';
import { createExports } from './privacy/export/exports';
import { createPrivacyParts } from './privacy/privacy-parts';
import type { Vault } from './secrets/vault';
import { createBackfillOrders } from './outages/backfill-orders';
import { createOutageService, outageRetention } from './outages/outage-service';
import { createSessionEventApplier } from './sessions/apply-session-event';
import { createGreenWatch } from './sessions/green-watch';
import { createSessionService } from './sessions/session-service';
import { createSnapshots } from './snapshots/snapshots';
import { dropSetAside, storageCleanup } from './supervisor/storage/storage-cleanup';
import { createDrain } from './supervisor/drain';
import { createSupervisor, type Supervisor } from './supervisor/supervisor';
import { createCommitWithEvents } from './tenants/commit-with-events';
import { createStoreWithEvents } from './tenants/store-with-events';
import { createTenantService } from './tenants/tenant-service';
import { createApiKeys } from './users/api-keys';
import { endedKeyRetention } from './users/forget-keys';
import { createWebhooks } from './webhooks/webhooks';
import { createEventCommitter } from './worker-link/commit/commit-events';
import { createQuarantine, quarantineRetention } from './worker-link/commit/quarantine';
import { createWorkerLink, isBooted } from './worker-link/worker-link';

/** Builds every part of the control plane, in the order of their needs. Nothing runs yet. */
export function createAppContext(
  config: Config,
  given: {
    listener: HttpListener;
    db: Database;
    instance: Instance;
    vault: Vault;
    authSecret: string;
    alerting: Alerting;
    log: Logger;
    stdout: { write(line: string): unknown };
    /** False while this control plane stands by. */
    isActive: () => boolean;
  },
) {
  const { db, vault, log, isActive } = given;
  const { epoch } = given.instance;
  const now = () => new Date();
  const random = Math.random;
  const newId = createNewId();

  const bus = createEventBus();
  const commit = createCommitWithEvents({ db, epoch, bus });
  const logs = createTenantLogs({
    tenantsDir: config.tenantsDir,
    logsDir: join(config.dataDir, 'logs'),
    level: config.logLevel,
    stdout: given.stdout,
    log,
  });

  const greenMs = greenMsOf(config.worker.settings.deadlines);
  const greenWatch = createGreenWatch({ db, commit, now, log });
  const applyMessageEvents = createMessageEventApplier({ newId, now });
  const noteIncident = createIncidentNoter({ vault, newId, now });
  const heartbeatHistory = createHeartbeatHistory({ readOomKills });
  const committer = createEventCommitter({
    commit,
    applySessionEvent: createSessionEventApplier({ newId, now, greenMs }),
    applyMessageEvents,
    noteIncident,
    careForErrors: createErrorCare({ ...config.errorCare, now }),
    newId,
    now,
  });
  const workerLink = createWorkerLink({
    db,
    committer,
    heartbeatHistory,
    greenWatch,
    greenMs,
    listener: {
      onLinkChanged(tenantId, isOpen) {
        supervisor.wake(tenantId);
        if (!isOpen) return;
        outbox.wake(tenantId);
        mediaDownloads.wake(tenantId);
        backfillOrders.give(tenantId);
      },
      onSessionState(tenantId, state) {
        if (isBooted(state)) supervisor.booted(tenantId);
        if (state === 'CONNECTED') {
          outbox.wake(tenantId);
          mediaDownloads.wake(tenantId);
        }
        if (state === 'DISCONNECTED' || state === 'LOGGED_OUT') supervisor.wake(tenantId);
      },
      onOutageOpened: (tenantId) => backfillOrders.give(tenantId),
    },
    now,
    random,
    log,
  });
  const { links } = workerLink;
  const backfillOrders = createBackfillOrders({ db, links, historyDays: config.historyDays, log });

  const { driver, profiles, loginTrial } = createDriver(config, { instanceId: given.instance.id, now });
  const storage = createTenantStorage({ tenantsDir: config.tenantsDir, driver, now });
  const { redisUrl, databaseUrl } = config.secrets;
  const jobs = createJobQueue({
    backend:
      redisUrl === undefined ? { kind: 'postgres', url: databaseUrl } : { kind: 'redis', url: redisUrl },
    log,
    random,
  });
  const media = createMediaParts(config.media, { db, links, commit, bus, jobs, newId, now, random, log });
  const mediaDownloads = media.downloads;
  const snapshots = createSnapshots({
    db,
    commit,
    vault,
    files: profiles,
    ...config.snapshots,
    loginTrial,
    supervisor: { wake: (tenantId) => supervisor.wake(tenantId), boots: () => supervisor.boots() },
    exclusively: (tenantId, work) => supervisor.exclusively(tenantId, work),
    newId,
    now,
    log,
  });
  const uidBase = process.getuid?.() === 0 ? (config.worker.uidBase ?? uidBaseOf(given.instance.id)) : null;
  const drain = createDrain({ db, now });
  const supervisor: Supervisor = createSupervisor({
    db,
    drain,
    commit,
    driver,
    snapshots: snapshots.supervised,
    vault: given.vault,
    links,
    greenWatch,
    policy: config.supervision,
    uidBase,
    noteIncident,
    workerEvidence: createWorkerEvidence({
      db,
      history: heartbeatHistory,
      readTail: logs.readTail,
      readOomKills,
      now,
    }),
    forgetTenant: async (tenantId) => {
      heartbeatHistory.forget(tenantId);
      await media.store.deleteTenant(tenantId);
      await snapshots.store.deleteTenant(tenantId);
      await exports.service.removeAll(tenantId);
      await logs.remove(tenantId);
      await dropSetAside(storage, tenantId);
      await forgetAlerts(db, tenantId);
    },
    now,
    random,
    log,
  });

  const messages = createMessageParts(config, {
    db,
    links,
    commit,
    store: createStoreWithEvents({ db, epoch, bus }),
    applyMessageEvents,
    bus,
    jobs,
    media: media.service,
    mediaStore: media.store,
    newId,
    now,
    random,
    log,
  });
  const { outbox } = messages;
  const webhooks = createWebhooks({
    db,
    epoch,
    commit,
    vault,
    bus,
    jobs,
    policy: config.webhooks,
    onAttempt: (state) => metrics.webhookAttempt(state),
    newId,
    now,
    random,
    log,
  });
  const { mail } = config.secrets;
  const mailer = mail === undefined ? null : createMailer(mail);
  const people = createPeopleParts(config, { db, secret: given.authSecret, mailer, newId, now, log });
  const exports = createExports({
    db,
    audit: people.services.audit,
    media: media.store,
    vault,
    root: join(config.dataDir, 'exports'),
    freeBytes: () => leastFreeBytes([config.dataDir]),
    minFreeBytes: config.media.minFreeBytes,
    newId,
    now,
    log,
  });
  const privacy = createPrivacyParts(config.retention, {
    db,
    commit,
    supervisor,
    media: media.service,
    exports: exports.service,
    now,
  });
  const fleet = createFleetParts(config.supervision, {
    db,
    bus,
    epoch,
    commit,
    supervisor,
    drain,
    driver,
    storage,
    snapshots: snapshots.service,
    exports: exports.service,
    newId,
    now,
    log,
  });
  const cleanups = [
    ...messages.cleanups,
    ...privacy.cleanups,
    ...media.cleanups,
    incidentRetention({ db, now }),
    alertRetention({ db, now }),
    outageRetention({ db, now }),
    quarantineRetention({ db, now }),
    ...storageCleanup({ db, storage, policy: config.supervision, now, log }),
    endedKeyRetention({ db, now }),
    ...fleet.cleanups,
    ...people.cleanups,
    webhooks.cleanup,
    ...snapshots.cleanups,
    ...exports.cleanups,
  ];
  jobs.register('message.expire', async () => void (await messages.expiry.expireDue()));
  jobs.register('maintenance.cleanup', () => cleanUp(cleanups));
  jobs.every('maintenance.cleanup', cleanupIntervalMs);

  const troubleSources = {
    db,
    isActive,
    jobs,
    supervisor,
    freeBytes: () => leastFreeBytes([config.dataDir, config.tenantsDir]),
    minFreeBytes: config.alerting.minFreeBytes,
  };
  const metrics = createMetrics({ sources: troubleSources, bus, perTenant: config.metrics.perTenant, now });
  const { channels: alertChannels, outage } = given.alerting;
  const alertDesk = createAlertDesk({
    db,
    jobs,
    channels: alertChannels,
    findTroubles: () => findTroubles(troubleSources),
    outage,
    policy: config.alerting,
    newId,
    now,
    random,
    log,
  });

  const chats = createChatVerbs({ db, links, newId });
  const sessions = createSessionService({ db, links, now });
  const tenants = createTenantService({
    db,
    commit,
    supervisor,
    vault: given.vault,
    boots: () => supervisor.boots(),
    sendsPerMinute: config.sendsPerMinute,
    newId,
    now,
  });
  const events = createEventHistory({ db, epoch });
  const eventStreams = createEventStreams({ bus, history: events, epoch, log });
  const http = createHttpServer({
    listener: given.listener,
    tenants,
    sessions,
    messages: messages.service,
    chats,
    media: media.service,
    mediaDownloads,
    webhooks: webhooks.service,
    webhookDeliveries: webhooks.deliveries,
    testWebhook: webhooks.test,
    outages: createOutageService({ db }),
    quarantine: createQuarantine({ db, committer }),
    ...createChatParts({ db, links, media: media.service, newId, now }),
    ...privacy.services,
    exports: exports.service,
    events,
    eventStreams,
    ...fleet.services,
    installation: { settings: config.shown },
    incidents: createIncidentService({ db, vault, now }),
    snapshots: snapshots.service,
    moves: createMoveService({
      db,
      commit,
      supervisor,
      vault,
      store: snapshots.store,
      uidBase,
      maxBytes: config.snapshots.policy.maxBytes,
      newId,
      now,
      log,
    }),
    alerts: createAlertService({ db, channels: alertChannels, newId, now }),
    logs,
    apiKeys: createApiKeys({ db, commit, newId, now }),
    ...people.services,
    isActive,
    health: () => readHealth(troubleSources),
    metrics,
    metricsToken: config.metrics.token,
    ...config.callers,
    now,
    log,
  });

  return {
    bus,
    logs,
    newId,
    http,
    audit: people.services.audit,
    signIn: people.services.signIn,
    workerLink,
    greenWatch,
    supervisor,
    jobs,
    outbox,
    mediaDownloads,
    webhookSender: webhooks.sender,
    bulkRunner: fleet.bulkRunner,
    rolloutRunner: fleet.rolloutRunner,
    usageSampler: fleet.usageSampler,
    diskMeter: fleet.diskMeter,
    alertDesk,
    snapshotLane: snapshots.lane,
    snapshotChecks: snapshots.checks,
    exportLane: exports.lane,
  };
}

/** A proof keeps a tenant green until the next one should have been told, by a heartbeat. */
function greenMsOf({ probeIntervalMs, probeTimeoutMs }: { probeIntervalMs: number; probeTimeoutMs: number }) {
  return probeIntervalMs + heartbeatIntervalMs + probeTimeoutMs;
}
