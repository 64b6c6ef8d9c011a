import { describe, expect, it } from '@jest/globals';
import type { TenantId } from '@wafleet/contracts';
import { createLogger } from '@wafleet/runtime';
import type { EventCommitter, PendingEvent } from './commit-events';
import { createGroupCommit } from './group-commit';

const log = createLogger({ name: 'test', destination: { write: () => undefined } });

/** A store that can be away, and that can't hold what is called poison. */
function createStore() {
  const stored: number[] = [];
  const aside: number[] = [];
  let isAway = false;
  const answer = async () => {
    if (isAway) throw new Error('away');
  };
  const committer: EventCommitter = {
    async commit(events) {
      await answer();
      if (events.some((event) => event.text === 'poison')) throw new Error('can not be stored');
      stored.push(...events.map((event) => event.seq as number));
      return { sessions: [], outagesOpened: [] };
    },
    async quarantine(event) {
      await answer();
      aside.push(event.seq as number);
    },
  };
  return { stored, aside, committer, answer, setAway: (value: boolean) => void (isAway = value) };
}

function createGroup(store: ReturnType<typeof createStore>) {
  const committed: number[] = [];
  const group = createGroupCommit({
    committer: store.committer,
    probeDatabase: store.answer,
    onCommitted: (events) => committed.push(...events.map((event) => event.seq as number)),
    random: () => 0,
    log,
  });
  return { group, committed };
}

const event = (seq: number, text = ''): PendingEvent => ({
  tenantId: 'ten_1' as TenantId,
  generation: 1,
  seq,
  event: null,
  error: null,
  text,
});

describe('createGroupCommit', () => {
  it('tells of events in their order, each once, the ones set aside too', async () => {
    const store = createStore();
    const { group, committed } = createGroup(store);
    for (let seq = 1; seq <= 20; seq++) group.add(event(seq, seq % 7 === 0 ? 'poison' : ''));
    await group.drain(10_000);
    expect(committed).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect(store.aside).toEqual([7, 14]);
    expect(store.stored).toHaveLength(18);
    await group.stop();
  });

  it('holds everything through an outage, sets nothing aside, and commits it afterwards', async () => {
    const store = createStore();
    const { group, committed } = createGroup(store);
    store.setAway(true);
    group.add(event(1));
    group.add(event(2));
    await group.drain(300);
    expect(committed).toEqual([]);
    store.setAway(false);
    await group.drain(10_000);
    expect(committed).toEqual([1, 2]);
    expect(store.aside).toEqual([]);
    await group.stop();
  });

  it('sets nothing aside because the database is too busy for a transaction', async () => {
    const store = createStore();
    let refusals = 8;
    const { commit } = store.committer;
    store.committer.commit = async (events) => {
      if (refusals-- > 0) throw Object.assign(new Error('no transaction in time'), { code: 'P2028' });
      return commit(events);
    };
    const { group, committed } = createGroup(store);
    group.add(event(1));
    group.add(event(2));
    await group.drain(20_000);
    expect(store.aside).toEqual([]);
    expect(new Set(committed)).toEqual(new Set([1, 2]));
    await group.stop();
  });

  it('takes no more than it can hold, and ends during an outage when stopped', async () => {
    const store = createStore();
    const { group, committed } = createGroup(store);
    store.setAway(true);
    let taken = 0;
    while (group.add(event(taken + 1))) taken += 1;
    expect(taken).toBe(20_000);
    await group.stop();
    expect(group.add(event(1))).toBe(false);
    expect(committed).toEqual([]);
  });
});
