import { join } from 'node:path';
import { heartbeatIntervalMs, workerNodeFlags } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import { readOomKills, type Logger } from '@wafleet/runtime';
import { createAlertDesk } from './alerts/alert-desk';
import type { Alerting } from './alerts/alerting';
import { alertRetention } from './alerts/alert-retention';
import { createAlertService } from './alerts/alert-service';
import { forgetAlerts } from './alerts/forget-alerts';
import type { Config } from './config';
import { createProcessDriver } from './drivers/process/process-driver';
import { createTenantStorage } from './drivers/process/tenant-storage';
import type { HttpListener } from './http/listener';
import { createHttpServer } from './http/server';
import { createHeartbeatHistory } from './incidents/heartbeat-history';
import { incidentRetention } from './incidents/incident-retention';
import { createIncidentService } from './incidents/incident-service';
import { createIncidentNoter } from './incidents/note-incident';
import { createWorkerEvidence } from './incidents/worker-evidence';
import { cleanUp, cleanupIntervalMs, tenantEventRetention } from './jobs/cleanup';
import { createJobQueue } from './jobs/job-queue';
import { createEventBus } from './live/event-bus';
import { createEventHistory } from './live/event-history';
import { createEventStreams } from './live/event-streams';
import { createTenantLogs } from './logs/tenant-logs';
import { fetchMedia } from './media/fetch-media';
import { createMediaParts } from './media/media-parts';
import { createChatVerbs } from './messages/chat-verbs';
import { createMessageEventApplier } from './messages/inbox/apply-message-events';
import { earlyUpdateRetention } from './messages/inbox/early-updates';
import { createMessageExpiry } from './messages/expire-messages';
import { idempotencyKeyCleanup } from './messages/idempotency-keys';
import { createMessageService } from './messages/message-service';
import { createOutbox } from './messages/outbox/outbox';
import { createNewId } from './new-id';
import { findTroubles } from './ops/find-troubles';
import { leastFreeBytes } from './ops/free-space';
import { readHealth } from './ops/health';
import { uidBaseOf, type Instance } from './ops/instance';
import type { Vault } from './secrets/vault';
import { createBackfillOrders } from './outages/backfill-orders';
import { createOutageService, outageRetention } from './outages/outage-service';
import { createSessionEventApplier } from './sessions/apply-session-event';
import { createGreenWatch } from './sessions/green-watch';
import { createSessionService } from './sessions/session-service';
import { storageCleanup } from './supervisor/storage/storage-cleanup';
import { createSupervisor, type Supervisor } from './supervisor/supervisor';
import { createCommitWithEvents } from './tenants/commit-with-events';
import { createTenantService } from './tenants/tenant-service';
import { createApiKeys } from './users/api-keys';
import { endedKeyRetention } from './users/forget-keys';
import { createMembers } from './users/members';
import { createWebhooks } from './webhooks/webhooks';
import { createEventCommitter } from './worker-link/commit/commit-events';
import { linkUrl } from './worker-link/link-url';
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

  const driver = createProcessDriver({
    tenantsDir: config.tenantsDir,
    node: config.worker.node,
    nodeFlags: workerNodeFlags,
    bundle: config.worker.bundle,
    settings: config.worker.settings,
    linkUrl: () => linkUrl(config.link),
    now,
  });
  const storage = createTenantStorage({ tenantsDir: config.tenantsDir, now });
  const { redisUrl, databaseUrl } = config.secrets;
  const jobs = createJobQueue({
    backend:
      redisUrl === undefined ? { kind: 'postgres', url: databaseUrl } : { kind: 'redis', url: redisUrl },
    log,
    random,
  });
  const media = createMediaParts(config.media, { db, links, commit, bus, jobs, newId, now, random, log });
  const mediaDownloads = media.downloads;
  const supervisor: Supervisor = createSupervisor({
    db,
    commit,
    driver,
    vault: given.vault,
    links,
    policy: config.supervision,
    uidBase: process.getuid?.() === 0 ? (config.worker.uidBase ?? uidBaseOf(given.instance.id)) : null,
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
      await logs.remove(tenantId);
      await forgetAlerts(db, tenantId);
    },
    now,
    random,
    log,
  });

  const expiry = createMessageExpiry({ commit, jobs, now });
  const webhooks = createWebhooks({
    db,
    epoch,
    commit,
    vault,
    bus,
    jobs,
    policy: config.webhooks,
    newId,
    now,
    random,
    log,
  });
  const cleanups = [
    idempotencyKeyCleanup({ db, now }),
    tenantEventRetention({ db, now }),
    ...media.cleanups,
    incidentRetention({ db, now }),
    alertRetention({ db, now }),
    outageRetention({ db, now }),
    quarantineRetention({ db, now }),
    ...storageCleanup({ db, storage, policy: config.supervision, now, log }),
    earlyUpdateRetention({ db, now }),
    endedKeyRetention({ db, now }),
    webhooks.cleanup,
  ];
  jobs.register('message.expire', async () => void (await expiry.expireDue()));
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

  const outbox = createOutbox({
    db,
    links,
    commit,
    applyMessageEvents,
    bus,
    expiry,
    mediaStore: media.store,
    sendsPerMinute: config.sendsPerMinute,
    newId,
    now,
    random,
    log,
  });
  const messages = createMessageService({
    db,
    commit,
    outbox,
    expiry,
    fetchMedia: (tenantId, url) =>
      fetchMedia({ media: media.service, allowed: config.fetchNetworks }, tenantId, url),
    newId,
    now,
  });
  const chats = createChatVerbs({ db, links, newId });
  const sessions = createSessionService({ db, links, now });
  const tenants = createTenantService({
    db,
    commit,
    supervisor,
    vault: given.vault,
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
    messages,
    chats,
    media: media.service,
    mediaDownloads,
    webhooks: webhooks.service,
    webhookDeliveries: webhooks.deliveries,
    testWebhook: webhooks.test,
    outages: createOutageService({ db }),
    quarantine: createQuarantine({ db, committer }),
    events,
    eventStreams,
    incidents: createIncidentService({ db, vault }),
    alerts: createAlertService({ db, channels: alertChannels, newId, now }),
    logs,
    apiKeys: createApiKeys({ db, commit, newId, now }),
    members: createMembers({ db, newId, now }),
    isActive,
    health: () => readHealth(troubleSources),
    ...config.callers,
    now,
    log,
  });

  return {
    bus,
    logs,
    newId,
    http,
    workerLink,
    greenWatch,
    supervisor,
    jobs,
    outbox,
    mediaDownloads,
    webhookSender: webhooks.sender,
    alertDesk,
  };
}

/** A proof keeps a tenant green until the next one should have been told, by a heartbeat. */
function greenMsOf({ probeIntervalMs, probeTimeoutMs }: { probeIntervalMs: number; probeTimeoutMs: number }) {
  return probeIntervalMs + heartbeatIntervalMs + probeTimeoutMs;
}
