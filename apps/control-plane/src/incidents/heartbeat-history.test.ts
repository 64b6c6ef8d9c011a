import { describe, expect, it } from '@jest/globals';
import { incidentLimits, type HeartbeatFrame, type TenantId } from '@wafleet/contracts';
import { createHeartbeatHistory } from './heartbeat-history';

const tenant = 'ten_1' as TenantId;
const beat = (nodeBytes: number): HeartbeatFrame => ({
  type: 'heartbeat',
  at: 0,
  probe: null,
  memory: { nodeBytes, browserBytes: null },
  cpuPercent: null,
  processes: 1,
  queues: { inbound: 0, outbound: 0, unackedEvents: 0 },
  eventLoopDelayMs: 0,
});

describe('the memory of heartbeats', () => {
  it('keeps what changed, bounded, of the last generation only', () => {
    const history = createHeartbeatHistory({ readOomKills: () => null });
    for (let second = 0; second < 100; second++)
      history.note(tenant, 1, beat(Math.floor(second / 2)), new Date(second * 1_000));
    const kept = history.memoryOf(tenant, 1);
    expect(kept).toHaveLength(incidentLimits.memory);
    expect(kept.at(-1)).toEqual({ at: 98_000, nodeBytes: 49, browserBytes: null });
    expect(history.memoryOf(tenant, 2)).toEqual([]);
    history.note(tenant, 2, beat(7), new Date(100_000));
    expect(history.memoryOf(tenant, 1)).toEqual([]);
    expect(history.memoryOf(tenant, 2)).toHaveLength(1);
    history.forget(tenant);
    expect(history.memoryOf(tenant, 2)).toEqual([]);
  });

  it('knows how many ends the kernel had counted when a worker was heard last', () => {
    let oomKills = 3;
    const history = createHeartbeatHistory({ readOomKills: () => oomKills });
    history.note(tenant, 1, beat(1), new Date(1_000));
    oomKills = 4;
    expect(history.oomKillsBefore(tenant, 1)).toBe(3);
    history.note(tenant, 1, beat(2), new Date(2_000));
    expect(history.oomKillsBefore(tenant, 1)).toBe(4);
    expect(history.oomKillsBefore(tenant, 2)).toBeNull();
  });
});
