import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CreateTenantKey, keyScopes, type TenantId } from '@wafleet/contracts';
import { createDatabase, type Database } from '@wafleet/db';
import { createLogger } from '@wafleet/runtime';
import { asAdmin, asPortal, createTestDatabase } from '@wafleet/testing';
import type { AlertChannel } from '../src/alerts/notices/alert-channel';
import { createAlertService } from '../src/alerts/alert-service';
import type { Route } from '../src/http/route';
import { createHttpListener } from '../src/http/listener';
import { createHttpServer } from '../src/http/server';
import { createWaitingApp } from '../src/http/waiting-app';
import { cleanUp } from '../src/jobs/cleanup';
import { createEventBus, type EventBus } from '../src/live/event-bus';
import { createEventHistory } from '../src/live/event-history';
import { createEventStreams } from '../src/live/event-streams';
import { createIncidentService } from '../src/incidents/incident-service';
import { createIncidentNoter } from '../src/incidents/note-incident';
import { createTenantLogs, type TenantLogs } from '../src/logs/tenant-logs';
import { createFolderMediaStore } from '../src/media/folder-media-store';
import { fetchMedia } from '../src/media/fetch-media';
import { retryDownload } from '../src/media/downloads/retry-download';
import { mediaCleanup } from '../src/media/media-cleanup';
import { createMediaService } from '../src/media/media-service';
import { createChatVerbs } from '../src/messages/chat-verbs';
import { createMessageEventApplier } from '../src/messages/inbox/apply-message-events';
import { createMessageService } from '../src/messages/message-service';
import { createNewId } from '../src/new-id';
import { createVault, type Vault } from '../src/secrets/vault';
import { createOutageService } from '../src/outages/outage-service';
import { createSessionEventApplier } from '../src/sessions/apply-session-event';
import { createSessionService } from '../src/sessions/session-service';
import { type CommitWithEvents, createCommitWithEvents } from '../src/tenants/commit-with-events';
import { createTenantService } from '../src/tenants/tenant-service';
import { createApiKeys } from '../src/users/api-keys';
import { createMembers } from '../src/users/members';
import { webhookPolicySchema } from '../src/webhooks/webhook-policy';
import { createWebhooks } from '../src/webhooks/webhooks';
import { createEventCommitter } from '../src/worker-link/commit/commit-events';
import { createQuarantine } from '../src/worker-link/commit/quarantine';
import { type CheckedApi, createCheckedApi } from './checked-api';
import { noLinks } from './fakes/idle-worker-parts';
import { createSeverableLine } from './fakes/severable-line';

/** The real API on a real database and an ephemeral port; no worker ever runs, and time stands where it is put. */
export interface TestApi {
  url: string;
  routes: readonly Route[];
  db: Database;
  bus: EventBus;
  epoch: string;
  commit: CommitWithEvents;
  vault: Vault;
  logs: TenantLogs;
  tenantsDir: string;
  mediaDir: string;
  /** Media past its time, and bytes without a row. */
  cleanUpMedia(): Promise<void>;
  adminKey: string;
  portalKey: string;
  admin: CheckedApi;
  /** As a person of the portal, with further headers where needed. */
  asPerson(email: string, headers?: Record<string, string>): CheckedApi;
  anyone(headers: Record<string, string>): CheckedApi;
  /** As a program of the tenant with a new key, and the key itself. */
  asProgram(
    tenantId: TenantId,
    input?: Partial<CreateTenantKey>,
  ): Promise<{ call: CheckedApi; key: string; id: string }>;
  createTenant(name: string, input?: { start?: boolean; owner?: string }): Promise<TenantId>;
  /** How operators are told; a test may add to it. */
  alertChannels: AlertChannel[];
  /** Moves the clock on. */
  passMs(ms: number): void;
  /** Whether this control plane is the active one. */
  setActive(isActive: boolean): void;
  /** Cuts the connection to the database, or lets it through again. */
  setDatabaseReachable(isReachable: boolean): void;
  /** Tenants that the supervisor was asked to look at. */
  woken: TenantId[];
  /** Every line that was logged. */
  logLines: string[];
  stop(): Promise<void>;
}

export const maxMediaBytes = 1_000_000;

export async function startTestApi(
  options: { trustedProxies?: string[]; keyRequestsPerMinute?: number } = {},
): Promise<TestApi> {
  const database = await createTestDatabase();
  const line = await createSeverableLine(database.url);
  const db = createDatabase({ url: line.url });
  const folder = await mkdtemp(join(tmpdir(), 'wafleet-http-'));
  const tenantsDir = join(folder, 'tenants');
  const logLines: string[] = [];
  const destination = { write: (line: string) => void logLines.push(line) };
  const log = createLogger({ name: 'test', level: 'debug', destination });
  const woken: TenantId[] = [];
  const alertChannels: AlertChannel[] = [];
  let aheadMs = 0;
  let isActive = true;
  const now = () => new Date(Date.now() + aheadMs);

  const newId = createNewId();
  const epoch = 'ep1';
  const bus = createEventBus();
  const supervisor = { wake: (tenantId: TenantId) => void woken.push(tenantId) };
  const commit = createCommitWithEvents({ db, epoch, bus });
  const vault = createVault({ db, masterKey: { id: 'test', key: randomBytes(32) } });
  const events = createEventHistory({ db, epoch });
  const apiKeys = createApiKeys({ db, commit, newId, now });
  const members = createMembers({ db, newId, now });
  const logs = createTenantLogs({
    tenantsDir,
    logsDir: join(folder, 'logs'),
    level: 'info',
    stdout: destination,
    log,
  });
  const mediaDir = join(folder, 'media');
  const mediaStore = createFolderMediaStore({ root: mediaDir, minFreeBytes: 0 });
  const mediaLimits = { maxBytes: maxMediaBytes, keepDays: 30 };
  const media = createMediaService({ db, store: mediaStore, ...mediaLimits, newId, now });
  const webhooks = createWebhooks({
    db,
    epoch,
    commit,
    vault,
    bus,
    jobs: { add: async () => false, register: () => undefined },
    policy: webhookPolicySchema.parse({}),
    newId,
    now,
    random: Math.random,
    log,
  });
  const listener = createHttpListener(createWaitingApp(() => false, log));
  const server = createHttpServer({
    listener,
    tenants: createTenantService({ db, commit, supervisor, vault, sendsPerMinute: 30, newId, now }),
    sessions: createSessionService({ db, links: noLinks, now }),
    messages: createMessageService({
      db,
      commit,
      outbox: { wake: () => undefined },
      expiry: { schedule: () => undefined },
      fetchMedia: (tenantId, url) => fetchMedia({ media, allowed: ['127.0.0.0/8'] }, tenantId, url),
      newId,
      now,
    }),
    chats: createChatVerbs({ db, links: noLinks, newId }),
    media,
    mediaDownloads: {
      retry: (tenantId, messageId) => retryDownload({ db, now, wake: () => undefined }, tenantId, messageId),
    },
    webhooks: webhooks.service,
    webhookDeliveries: webhooks.deliveries,
    testWebhook: webhooks.test,
    outages: createOutageService({ db }),
    quarantine: createQuarantine({
      db,
      committer: createEventCommitter({
        commit,
        applySessionEvent: createSessionEventApplier({ newId, now, greenMs: 60_000 }),
        applyMessageEvents: createMessageEventApplier({ newId, now }),
        noteIncident: createIncidentNoter({ vault, newId, now }),
        newId,
        now,
      }),
    }),
    events,
    incidents: createIncidentService({ db, vault }),
    alerts: createAlertService({ db, channels: alertChannels, newId, now }),
    eventStreams: createEventStreams({ bus, history: events, epoch, log, beatMs: 50 }),
    logs,
    members,
    apiKeys,
    isActive: () => isActive,
    health: () => ({ isReady: isActive, role: isActive ? 'active' : 'standby', components: [] }),
    trustedProxies: options.trustedProxies ?? [],
    keyRequestsPerMinute: options.keyRequestsPerMinute ?? 0,
    now,
    log,
  });
  const { port } = await listener.listen(0, '127.0.0.1');
  const url = `http://127.0.0.1:${port}`;
  const adminKey = (await apiKeys.create({ kind: 'ADMIN', name: 'test' })).key;
  const portalKey = (await apiKeys.create({ kind: 'PORTAL', name: 'test' })).key;
  const anyone = (headers: Record<string, string>) => createCheckedApi(url, server.routes, headers);
  const admin = anyone(asAdmin(adminKey));

  return {
    url,
    routes: server.routes,
    db,
    bus,
    epoch,
    commit,
    vault,
    logs,
    tenantsDir,
    mediaDir,
    cleanUpMedia: () => cleanUp(mediaCleanup({ db, store: mediaStore, media, now })),
    adminKey,
    portalKey,
    admin,
    asPerson: (email, headers = {}) => anyone({ ...asPortal(portalKey, email), ...headers }),
    anyone,
    asProgram: async (tenantId, input = {}) => {
      const body = { name: 'program', scopes: keyScopes, ...input };
      const { id, key } = (await admin('POST', `/admin/tenants/${tenantId}/keys`, { body })).body;
      return { call: anyone(asAdmin(key)), key, id };
    },
    createTenant: async (name, { start = false, owner } = {}) => {
      const { id } = (await admin('POST', '/admin/tenants', { body: { name, start } })).body;
      if (owner) await admin('PUT', `/admin/tenants/${id}/users/${owner}`, { body: { role: 'OWNER' } });
      return id;
    },
    alertChannels,
    passMs: (ms) => void (aheadMs += ms),
    setActive: (value) => void (isActive = value),
    setDatabaseReachable: (isReachable) => line.setOpen(isReachable),
    woken,
    logLines,
    stop: async () => {
      await server.close();
      await db.$disconnect();
      await line.stop();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
