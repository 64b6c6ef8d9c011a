import { incidentLimits, type HeartbeatFrame, type TenantId } from '@wafleet/contracts';

type MemorySample = { at: number } & HeartbeatFrame['memory'];

/** What the workers' heartbeats said lately, for the day when one of them says no more. In memory: losing it costs a curve. */
export interface HeartbeatHistory {
  note(tenantId: TenantId, generation: number, frame: HeartbeatFrame, at: Date): void;
  /** Oldest first; empty for another generation than the last one heard of. */
  memoryOf(tenantId: TenantId, generation: number): MemorySample[];
  /** The count of processes ended for want of memory, as it stood when this worker was heard last. */
  oomKillsBefore(tenantId: TenantId, generation: number): number | null;
  forget(tenantId: TenantId): void;
}

interface Heard {
  generation: number;
  memory: MemorySample[];
  oomKills: number | null;
}

/** Reading the count costs a system call or two, and the whole fleet beats. */
const readEveryMs = 1_000;

export function createHeartbeatHistory(deps: { readOomKills: () => number | null }): HeartbeatHistory {
  const heard = new Map<TenantId, Heard>();
  let oomKills: number | null = null;
  let readAt = -Infinity;
  const of = (tenantId: TenantId, generation: number) => {
    const entry = heard.get(tenantId);
    return entry?.generation === generation ? entry : undefined;
  };

  return {
    note(tenantId, generation, { memory }, at) {
      if (at.getTime() - readAt >= readEveryMs) {
        oomKills = deps.readOomKills();
        readAt = at.getTime();
      }
      const entry = of(tenantId, generation) ?? { generation, memory: [], oomKills };
      const last = entry.memory.at(-1);
      // Workers measure less often than they beat; what repeats itself is no new sample.
      if (last?.nodeBytes !== memory.nodeBytes || last?.browserBytes !== memory.browserBytes)
        entry.memory = [...entry.memory, { at: at.getTime(), ...memory }].slice(-incidentLimits.memory);
      heard.set(tenantId, { ...entry, oomKills });
    },
    memoryOf: (tenantId, generation) => of(tenantId, generation)?.memory ?? [],
    oomKillsBefore: (tenantId, generation) => of(tenantId, generation)?.oomKills ?? null,
    forget: (tenantId) => void heard.delete(tenantId),
  };
}
