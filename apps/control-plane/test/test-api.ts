import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CreateTenantKey, type FleetRole, keyScopes, type TenantId } from '@wafleet/contracts';
import { createDatabase, type Database } from '@wafleet/db';
import { createLogger } from '@wafleet/runtime';
import { asAdmin, asPortal, createTestDatabase } from '@wafleet/testing';
import type { AlertChannel } from '../src/alerts/notices/alert-channel';
import { createAlertService } from '../src/alerts/alert-service';
import type { Route } from '../src/http/routing/route';
import { createHttpListener } from '../src/http/listener';
import { createHttpServer } from '../src/http/server';
import { createWaitingApp } from '../src/http/waiting-app';
import { createFleetParts } from '../src/fleet/fleet-parts';
import { cleanUp } from '../src/jobs/cleanup';
import { createEventBus, type EventBus } from '../src/live/event-bus';
import { createEventHistory } from '../src/live/event-history';
import { createEventStreams } from '../src/live/event-streams';
import { createIncidentService } from '../src/incidents/incident-service';
import { createIncidentNoter } from '../src/incidents/note-incident';
import { createTenantLogs, type TenantLogs } from '../src/logs/tenant-logs';
import type { Mail, Mailer } from '../src/mail/mailer';
import { downloadPolicySchema } from '../src/media/downloads/download-policy';
import { createMediaParts } from '../src/media/media-parts';
import { createChatVerbs } from '../src/messages/chat-verbs';
import { createMessageEventApplier } from '../src/messages/inbox/apply-message-events';
import { createMoveService } from '../src/moving/move-service';
import { createMessageParts } from '../src/messages/message-parts';
import { createNewId } from '../src/new-id';
import { createPeopleParts } from '../src/people/people-parts';
import { createChatParts } from '../src/chats/chat-parts';
import { createExports } from '../src/privacy/export/exports';
import { createPrivacyParts } from '../src/privacy/privacy-parts';
import { createVault, type Vault } from '../src/secrets/vault';
import { createOutageService } from '../src/outages/outage-service';
import { createSessionEventApplier } from '../src/sessions/apply-session-event';
import { createFolderSnapshotStore } from '../src/snapshots/stores/folder-snapshot-store';
import { createMetrics } from '../src/ops/metrics/metrics';
import { createSnapshotService } from '../src/snapshots/snapshot-service';
import { createSessionService } from '../src/sessions/session-service';
import { type CommitWithEvents, createCommitWithEvents } from '../src/tenants/commit-with-events';
import { createStoreWithEvents } from '../src/tenants/store-with-events';
import { createTenantService } from '../src/tenants/tenant-service';
import { supervisionPolicySchema } from '../src/supervisor/decide/policy';
import type { BootsView } from '../src/supervisor/boot-places';
import { createDrain } from '../src/supervisor/drain';
import { createApiKeys } from '../src/users/api-keys';
import { webhookPolicySchema } from '../src/webhooks/webhook-policy';
import { createWebhooks } from '../src/webhooks/webhooks';
import { createEventCommitter } from '../src/worker-link/commit/commit-events';
import type { WorkerLinks } from '../src/worker-link/worker-links';
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
  databaseUrl: string;
  tenantsDir: string;
  logsDir: string;
  mediaDir: string;
  exportsDir: string;
  snapshotsDir: string;
  /** What makes exports, which runs from where a test starts it. */
  exportLane: ExportParts['lane'];
  exportService: ExportParts['service'];
  /** The same anew, as after a start of the control plane. */
  restartedExports(): ExportParts;
  /** Asked while an export is made; a test may change it. */
  exportRoom: { freeBytes: () => Promise<number | null> };
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
  /** A person with an account, signed in through the web app in a browser of their own. */
  signIn(email: string, options?: { fleetRole?: FleetRole }): Promise<SignedInBrowser>;
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
  /** Who boots and waits, as the supervisor would say; a test may change it. */
  boots: BootsView;
  /** Carries out what is asked for of many tenants, from now on. */
  startBulkRunner(): void;
  /** What was sent, where there is a mail server. */
  mails: Mail[];
  /** Every line that was logged. */
  logLines: string[];
  stop(): Promise<void>;
}

type ExportParts = ReturnType<typeof createExports>;

/** Where the web app would be. */
export const webOrigin = 'http://web.example';
export const maxMediaBytes = 1_000_000;
export const retentionDefaults = {
  messageDays: 365,
  mediaDays: 30,
  eventDays: 30,
  deliveredDays: 7,
  failedDays: 30,
  historyDays: 0,
};

export interface SignedInBrowser {
  userId: string;
  password: string;
  /** What the web app sends along with this browser's calls. */
  headers: Record<string, string>;
  call: CheckedApi;
}

export async function startTestApi(
  options: {
    trustedProxies?: string[];
    keyRequestsPerMinute?: number;
    links?: WorkerLinks;
    metrics?: { token?: string; perTenant?: boolean };
    hasMailServer?: boolean;
  } = {},
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
  const mails: Mail[] = [];
  const alertChannels: AlertChannel[] = [];
  let aheadMs = 0;
  let isActive = true;
  let runsBulk = false;
  const now = () => new Date(Date.now() + aheadMs);

  const newId = createNewId();
  const epoch = 'ep1';
  const bus = createEventBus();
  const supervisor = { wake: (tenantId: TenantId) => void woken.push(tenantId) };
  const commit = createCommitWithEvents({ db, epoch, bus });
  const jobs = { add: async () => false, register: () => undefined };
  const random = Math.random;
  const vault = createVault({ db, masterKey: { id: 'test', key: randomBytes(32) } });
  const events = createEventHistory({ db, epoch });
  const apiKeys = createApiKeys({ db, commit, newId, now });
  const mailer: Mailer = {
    send: async (mail) => {
      mails.push(mail);
      return { kind: 'taken' };
    },
  };
  const people = createPeopleParts(
    { signIn: { publicUrl: webOrigin, origins: [webOrigin], days: 7, openId: null }, auditKeepDays: 365 },
    {
      db,
      secret: randomBytes(32).toString('base64url'),
      mailer: options.hasMailServer ? mailer : null,
      newId,
      now,
      log,
    },
  );
  const { signIn } = people.services;
  const logs = createTenantLogs({
    tenantsDir,
    logsDir: join(folder, 'logs'),
    level: 'info',
    stdout: destination,
    log,
  });
  const mediaDir = join(folder, 'media');
  const media = createMediaParts(
    {
      root: mediaDir,
      minFreeBytes: 0,
      maxBytes: maxMediaBytes,
      keepDays: 30,
      downloads: downloadPolicySchema.parse({}),
    },
    { db, links: noLinks, commit, bus, jobs, newId, now, random, log },
  );
  const snapshotStore = createFolderSnapshotStore({ root: join(folder, 'snapshots') });
  const exportsDir = join(folder, 'exports');
  const exportRoom: TestApi['exportRoom'] = { freeBytes: async () => null };
  const makeExports = () =>
    createExports({
      db,
      audit: people.services.audit,
      media: media.store,
      vault,
      root: exportsDir,
      freeBytes: () => exportRoom.freeBytes(),
      minFreeBytes: 1_000,
      newId,
      now,
      log,
    });
  const exportParts = makeExports();
  const webhooks = createWebhooks({
    db,
    epoch,
    commit,
    vault,
    bus,
    jobs,
    policy: webhookPolicySchema.parse({}),
    newId,
    now,
    random,
    log,
  });
  const boots: BootsView = {
    atOnce: 2,
    underWay: [],
    waiting: [],
    expectedBytes: 100_000_000,
    availableBytes: 1_000_000_000,
    keptBytes: 0,
    isDrained: false,
  };
  const snapshots = createSnapshotService({
    db,
    commit,
    supervisor,
    store: snapshotStore,
    newId,
    now,
    wakeLane: () => undefined,
  });
  const fleet = createFleetParts(
    { memory: supervisionPolicySchema.parse({}).memory },
    {
      ...{ db, bus, epoch, commit, snapshots, exports: exportParts.service, newId, now, log },
      supervisor: { ...supervisor, boots: () => boots },
      drain: createDrain({ db, now }),
      driver: {
        findBuild: async (version) => ({ name: version ?? 'worker', id: `sha256:${version}` }),
        hasBuild: async () => true,
      },
      storage: { list: async () => [], bytesOf: async () => null },
      lookEveryMs: 500,
      beatMs: 50,
    },
  );
  const { bulkRunner } = fleet;
  const applyMessageEvents = createMessageEventApplier({ newId, now });
  const messages = createMessageParts(
    { sendsPerMinute: 30, fetchNetworks: ['127.0.0.0/8'] },
    {
      ...{ db, links: noLinks, commit, applyMessageEvents, bus, jobs, newId, now, random, log },
      store: createStoreWithEvents({ db, epoch, bus }),
      media: media.service,
      mediaStore: media.store,
    },
  );
  const privacy = createPrivacyParts(retentionDefaults, {
    ...{ db, commit, supervisor, now },
    media: media.service,
    exports: exportParts.service,
  });
  const listener = createHttpListener(createWaitingApp(() => false, log));
  const server = createHttpServer({
    listener,
    tenants: createTenantService({
      db,
      commit,
      supervisor,
      vault,
      boots: () => boots,
      sendsPerMinute: 30,
      newId,
      now,
    }),
    sessions: createSessionService({ db, links: noLinks, now }),
    messages: messages.service,
    chats: createChatVerbs({ db, links: noLinks, newId }),
    media: media.service,
    mediaDownloads: media.downloads,
    webhooks: webhooks.service,
    webhookDeliveries: webhooks.deliveries,
    testWebhook: webhooks.test,
    outages: createOutageService({ db }),
    quarantine: createQuarantine({
      db,
      committer: createEventCommitter({
        commit,
        applySessionEvent: createSessionEventApplier({ newId, now, greenMs: 60_000 }),
        applyMessageEvents,
        noteIncident: createIncidentNoter({ vault, newId, now }),
        newId,
        now,
      }),
    }),
    ...createChatParts({ db, links: options.links ?? noLinks, media: media.service, newId, now }),
    ...privacy.services,
    exports: exportParts.service,
    events,
    ...fleet.services,
    incidents: createIncidentService({ db, vault, now }),
    snapshots,
    installation: { settings: [] },
    moves: createMoveService({
      db,
      commit,
      supervisor,
      store: snapshotStore,
      vault,
      uidBase: null,
      maxBytes: 1024 * 1024,
      newId,
      now,
      log,
    }),
    alerts: createAlertService({ db, channels: alertChannels, newId, now }),
    eventStreams: createEventStreams({ bus, history: events, epoch, log, beatMs: 50 }),
    logs,
    ...people.services,
    apiKeys,
    isActive: () => isActive,
    metrics: createMetrics({
      sources: {
        db,
        isActive: () => isActive,
        jobs: { isReachable: () => true },
        supervisor: { hearsFleet: () => true, engineAnswers: () => true },
        freeBytes: async () => 5_000_000_000,
        minFreeBytes: 0,
      },
      bus,
      perTenant: options.metrics?.perTenant ?? true,
      now,
    }),
    metricsToken: options.metrics?.token ?? null,
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
    databaseUrl: database.url,
    tenantsDir,
    logsDir: join(folder, 'logs'),
    mediaDir,
    exportsDir,
    snapshotsDir: join(folder, 'snapshots'),
    exportLane: exportParts.lane,
    exportService: exportParts.service,
    restartedExports: makeExports,
    exportRoom,
    cleanUpMedia: () => cleanUp(media.cleanups),
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
    signIn: async (email, { fleetRole } = {}) => {
      const user = await db.user.upsert({
        where: { email },
        create: { id: newId('usr'), email, fleetRole: fleetRole ?? null },
        update: fleetRole === undefined ? {} : { fleetRole },
      });
      const password = randomBytes(12).toString('hex');
      await signIn.setPassword(user.id, password);
      const answer = await fetch(`${url}/api/auth/sign-in/email`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: webOrigin, 'x-portal-key': portalKey },
        body: JSON.stringify({ email, password }),
        signal: AbortSignal.timeout(30_000),
      });
      if (!answer.ok) throw new Error(`${email} could not sign in: ${answer.status} ${await answer.text()}`);
      const cookie = answer.headers
        .getSetCookie()
        .map((one) => one.split(';')[0])
        .join('; ');
      const headers = { cookie, origin: webOrigin, 'x-portal-key': portalKey };
      return { userId: user.id, password, headers, call: anyone(headers) };
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
    boots,
    startBulkRunner: () => {
      runsBulk = true;
      bulkRunner.start();
    },
    mails,
    logLines,
    stop: async () => {
      await server.close();
      if (runsBulk) await bulkRunner.stop();
      await exportParts.lane.stop();
      await people.services.audit.stop();
      await db.$disconnect();
      await line.stop();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
