import type { AddressInfo } from 'node:net';
import type { SessionState, TenantId, TenantStatus } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import type { Logger } from '@wafleet/runtime';
import type { HeartbeatHistory } from '../incidents/heartbeat-history';
import type { GreenWatch } from '../sessions/green-watch';
import { createCommandsUnderWay } from './commands-under-way';
import type { EventCommitter, SessionChange } from './commit/commit-events';
import { createGroupCommit } from './commit/group-commit';
import { createHeartbeats } from './heartbeats/heartbeats';
import { createLinkServer } from './link-server';
import { createLiveLinks, type LiveLinks } from './live-links';

/** All that belongs to the workers' links: README.md in this folder. */
export interface WorkerLink {
  links: LiveLinks;
  /** Takes links from now on. Rejects with the system's error, e.g. EADDRINUSE. */
  listen(port: number, host: string): Promise<AddressInfo>;
  /** Commits what came, closes every link and stops listening. Workers go on without. */
  stop(): Promise<void>;
}

export interface WorkerLinkListener {
  /** The tenant's worker opened its link, or lost it. */
  onLinkChanged(tenantId: TenantId, isOpen: boolean): void;
  /** Committed: the session is in this state. */
  onSessionState(tenantId: TenantId, state: SessionState): void;
  /** Committed: messages may be missing that the worker can read from its page. */
  onOutageOpened(tenantId: TenantId): void;
}

const drainTimeoutMs = 3_000;

export function createWorkerLink(deps: {
  db: Database;
  committer: EventCommitter;
  heartbeatHistory: Pick<HeartbeatHistory, 'note'>;
  greenWatch: Pick<GreenWatch, 'renewed' | 'drop'>;
  /** How long one proven round trip keeps a tenant green. */
  greenMs: number;
  listener: WorkerLinkListener;
  now: () => Date;
  random: () => number;
  log: Logger;
}): WorkerLink {
  const { db, greenWatch, listener, now, random, log } = deps;
  const commands = createCommandsUnderWay();
  let isStopping = false;

  const links = createLiveLinks({
    commands,
    now,
    onOpened: (tenantId) => listener.onLinkChanged(tenantId, true),
    onClosed(tenantId) {
      heartbeats.forget(tenantId);
      // Links that we close ourselves say nothing about their workers.
      if (isStopping) return;
      greenWatch.drop(tenantId);
      listener.onLinkChanged(tenantId, false);
    },
  });

  const heartbeats = createHeartbeats({
    db,
    greenMs: deps.greenMs,
    history: deps.heartbeatHistory,
    log,
    onRenewed(renewed) {
      for (const { tenantId, until, status } of renewed) renewGreen(tenantId, until, status);
    },
  });

  const groupCommit = createGroupCommit({
    committer: deps.committer,
    probeDatabase: () => db.$queryRaw`SELECT 1`,
    onCommitted(events, { sessions, outagesOpened }) {
      links.committed(events);
      for (const change of sessions) tell(change);
      for (const tenantId of outagesOpened) listener.onOutageOpened(tenantId);
    },
    random,
    log,
  });

  const server = createLinkServer({
    db,
    links,
    groupCommit,
    heartbeats,
    commands,
    onProbeFailed: greenWatch.drop,
    now,
    log,
  });

  return {
    links,

    async listen(port, host) {
      const address = await server.listen(port, host);
      links.restartSilence();
      heartbeats.start();
      return address;
    },

    async stop() {
      isStopping = true;
      await groupCommit.drain(drainTimeoutMs);
      await server.stop();
      await Promise.all([heartbeats.stop(), groupCommit.stop()]);
    },
  };

  function tell({ tenantId, state, greenUntil }: SessionChange): void {
    if (greenUntil !== null) renewGreen(tenantId, greenUntil, 'ACTIVE');
    listener.onSessionState(tenantId, state);
  }

  /** The link may have closed while its last proof was being written; then that proof is worth nothing. */
  function renewGreen(tenantId: TenantId, until: Date, status: TenantStatus): void {
    greenWatch.renewed(tenantId, until, status);
    if (links.observe(tenantId) === null) greenWatch.drop(tenantId);
  }
}

/** The session shows something to act on: what its worker needed the machine for is over. */
export function isBooted(state: SessionState): boolean {
  return state !== 'STARTING' && state !== 'AUTHENTICATING';
}
