import { AppError, type CommandResult, type TenantId } from '@wafleet/contracts';
import type { CommandsUnderWay } from './commands-under-way';
import type { PendingEvent } from './commit/commit-events';
import type { Link } from './link';
import { closeCodes } from './worker-socket';
import type { TypedResult, WorkerLinks } from './worker-links';

/** The links that are open now: one current link per tenant, and those of former generations that are being emptied. */
export interface LiveLinks extends WorkerLinks {
  /** The link takes the place of the tenant's link before; what that one's worker has not answered is asked again. */
  opened(link: Link): void;
  closed(link: Link): void;
  /** Acks what was committed. */
  committed(events: readonly PendingEvent[]): void;
  /** The tenant's current link, also when it is silent. */
  observe(tenantId: TenantId): { generation: number; openedAt: number; silentMs: number } | null;
  /** Since when the tenant has no link, in Unix milliseconds; since our own start where none was ever open. */
  linklessSince(tenantId: TenantId): number;
  /** All silence counts from now on: it was we who did not listen. */
  restartSilence(): void;
  count(): number;
  closeAll(): void;
}

/** A link that has been silent for this long is given no command. */
const currentSilentMs = 15_000;

export function createLiveLinks(deps: {
  commands: CommandsUnderWay;
  onOpened: (tenantId: TenantId) => void;
  onClosed: (tenantId: TenantId) => void;
  now: () => Date;
}): LiveLinks {
  const { commands } = deps;
  const now = () => deps.now().getTime();
  const current = new Map<TenantId, Link>();
  const former = new Set<Link>();
  const closedAt = new Map<TenantId, number>();
  let listeningSince = now();

  return {
    opened(link) {
      if (!link.isCurrent) {
        former.add(link);
        return;
      }
      const { tenantId, generation } = link;
      const before = current.get(tenantId);
      current.set(tenantId, link);
      closedAt.delete(tenantId);
      before?.socket.close(closeCodes.goingAway, 'replaced by a newer link');
      commands.giveUpBefore(tenantId, generation);
      for (const frame of commands.unanswered(tenantId, generation)) link.socket.send(frame);
      deps.onOpened(tenantId);
    },

    closed(link) {
      former.delete(link);
      if (current.get(link.tenantId) !== link) return;
      current.delete(link.tenantId);
      closedAt.set(link.tenantId, now());
      deps.onClosed(link.tenantId);
    },

    committed(events) {
      for (const { tenantId, generation, seq } of events) {
        if (seq === null) continue;
        for (const link of [current.get(tenantId), ...former])
          if (link?.tenantId === tenantId && link.generation === generation) link.noteCommitted(seq);
      }
      for (const tenantId of new Set(events.map((event) => event.tenantId))) current.get(tenantId)?.ack();
      for (const link of former) link.ack();
    },

    observe(tenantId) {
      const link = current.get(tenantId);
      if (link === undefined) return null;
      const { generation, openedAt } = link;
      return { generation, openedAt, silentMs: link.silentMs(now()) };
    },

    linklessSince(tenantId) {
      return Math.max(closedAt.get(tenantId) ?? 0, listeningSince);
    },

    restartSilence() {
      listeningSince = now();
      for (const link of current.values()) link.restartSilence(listeningSince);
    },

    count: () => current.size,

    closeAll() {
      for (const link of [...current.values(), ...former])
        link.socket.close(closeCodes.goingAway, 'the control plane stops');
      commands.giveUpAll();
    },

    current(tenantId) {
      const link = usable(tenantId);
      return link === null ? null : { generation: link.generation, linkId: link.id };
    },

    async command(tenantId, id, command, timeoutMs) {
      const link = usable(tenantId);
      if (link === null) throw new AppError('NOT_RUNNING');
      const { generation } = link;
      const outcome = commands.begin({ tenantId, generation, id, command }, timeoutMs);
      link.socket.send({ type: 'command', id, command });
      return (await outcome) as { generation: number; result: CommandResult & TypedResult<never> };
    },
  };

  function usable(tenantId: TenantId): Link | null {
    const link = current.get(tenantId);
    return link === undefined || link.silentMs(now()) > currentSilentMs ? null : link;
  }
}
