import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { reasonCodes, workerExit, type Reason } from '@wafleet/contracts';
import { plainEvents } from './plain-events';
import { transition } from './session-machine';
import {
  initialSession,
  isTimed,
  type Phase,
  type SessionEffect,
  type SessionEvent,
  type SessionModel,
} from './session-model';

const launching = after(initialSession, { kind: 'start' });
const loading = after(launching, { kind: 'browser_started' });
const authenticating = after(loading, { kind: 'page_loaded' });
const showingQr = after(authenticating, { kind: 'qr' });
const scanned = after(showingQr, { kind: 'authenticating' });
const syncing = after(scanned, { kind: 'syncing' });
const connected = after(syncing, { kind: 'ready' });
const incompatible = after(syncing, { kind: 'incompatible', missing: 'send' });
const offline = after(connected, { kind: 'network_lost' });
const crashed = after(connected, { kind: 'failed', reason: 'renderer_crashed', detail: null });

describe('transition', () => {
  it.each([
    ['a start opens a browser', initialSession, { kind: 'start' }, 'STARTING', null, ['open_client']],
    ['a code waits for a scan', authenticating, { kind: 'qr' }, 'QR_READY', 'awaiting_scan', []],
    ['another code changes nothing', showingQr, { kind: 'qr' }, 'QR_READY', 'awaiting_scan', []],
    [
      'a pairing code waits too',
      showingQr,
      { kind: 'pairing_code' },
      'QR_READY',
      'awaiting_pairing_code',
      [],
    ],
    ['a scan signs in', showingQr, { kind: 'authenticating' }, 'AUTHENTICATING', null, []],
    ['a scan that fell through shows a code again', scanned, { kind: 'qr' }, 'QR_READY', 'awaiting_scan', []],
    ['a kept link signs in', authenticating, { kind: 'syncing' }, 'AUTHENTICATING', null, []],
    ['ready connects', syncing, { kind: 'ready' }, 'CONNECTED', null, []],
    ['ready again changes nothing', connected, { kind: 'ready' }, 'CONNECTED', null, []],
    [
      'the first missed probe is not green',
      connected,
      { kind: 'probe_missed' },
      'RECONNECTING',
      'probe_overdue',
      [],
    ],
    [
      'a probe that succeeds again is green',
      after(connected, { kind: 'probe_missed' }),
      { kind: 'probe_ok' },
      'CONNECTED',
      null,
      [],
    ],
    [
      'a lost network keeps the page',
      connected,
      { kind: 'network_lost' },
      'RECONNECTING',
      'network_lost',
      ['watch_network'],
    ],
    [
      'an outage that turns out to be the proxy’s takes its name',
      offline,
      { kind: 'network_trouble', reason: 'proxy_unreachable', detail: 'the proxy refuses connections' },
      'RECONNECTING',
      'proxy_unreachable',
      [],
    ],
    [
      'a lost network keeps its name while WhatsApp can’t be reached',
      offline,
      { kind: 'network_trouble', reason: 'whatsapp_unreachable', detail: null },
      'RECONNECTING',
      'network_lost',
      [],
    ],
    [
      'trouble with the network changes nothing while the page works',
      connected,
      { kind: 'network_trouble', reason: 'proxy_unreachable', detail: null },
      'CONNECTED',
      null,
      [],
    ],
    ['a network that is back connects', offline, { kind: 'network_back' }, 'CONNECTED', null, []],
    [
      'a browser that dies offline is replaced',
      offline,
      { kind: 'failed', reason: 'browser_crashed', detail: null },
      'RECONNECTING',
      'browser_crashed',
      ['end_client', 'plan_retry'],
    ],
    [
      'a page that never loaded for want of a network keeps its browser and waits',
      loading,
      { kind: 'failed', reason: 'whatsapp_unreachable', detail: null },
      'RECONNECTING',
      'whatsapp_unreachable',
      ['watch_network'],
    ],
    [
      'a retry during the repair stays RECONNECTING',
      crashed,
      { kind: 'retry_due' },
      'RECONNECTING',
      'renderer_crashed',
      [],
    ],
    [
      'used up attempts name the reason',
      crashed,
      { kind: 'attempts_used_up' },
      'DISCONNECTED',
      'max_reconnects',
      [],
    ],
    [
      'an unscanned code parks',
      showingQr,
      { kind: 'deadline' },
      'DISCONNECTED',
      'qr_expired',
      ['end_client'],
    ],
    [
      'no launch in time',
      launching,
      { kind: 'deadline' },
      'RECONNECTING',
      'launch_timeout',
      ['end_client', 'plan_retry'],
    ],
    [
      'no page in time',
      loading,
      { kind: 'deadline' },
      'RECONNECTING',
      'page_timeout',
      ['end_client', 'plan_retry'],
    ],
    [
      'no sign-in in time',
      authenticating,
      { kind: 'deadline' },
      'RECONNECTING',
      'auth_timeout',
      ['end_client', 'plan_retry'],
    ],
    [
      'no ready in time',
      syncing,
      { kind: 'deadline' },
      'RECONNECTING',
      'ready_timeout',
      ['end_client', 'plan_retry'],
    ],
    [
      'no ready in time from a page that lacks a module',
      after(syncing, { kind: 'module_missing', name: 'WAWebCollections' }),
      { kind: 'deadline' },
      'DISCONNECTED',
      'page_incompatible',
      ['end_client', 'plan_retry'],
    ],
    [
      'a module that nothing needed changes nothing',
      connected,
      { kind: 'module_missing', name: 'WAWebCollections' },
      'CONNECTED',
      null,
      [],
    ],
    [
      'an incompatible page keeps its browser and is retried slowly',
      syncing,
      { kind: 'incompatible', missing: 'ids' },
      'DISCONNECTED',
      'page_incompatible',
      ['plan_retry'],
    ],
    [
      'an incompatible page stays so when its network goes',
      incompatible,
      { kind: 'network_lost' },
      'DISCONNECTED',
      'page_incompatible',
      [],
    ],
    [
      'an incompatible page stays so when WhatsApp can’t be reached',
      incompatible,
      { kind: 'failed', reason: 'whatsapp_unreachable', detail: null },
      'DISCONNECTED',
      'page_incompatible',
      [],
    ],
    [
      'an incompatible page that passes its self-test connects',
      incompatible,
      { kind: 'ready' },
      'CONNECTED',
      null,
      [],
    ],
    [
      'a page that a self-test finds incompatible while it runs is not green',
      connected,
      { kind: 'incompatible', missing: 'send' },
      'DISCONNECTED',
      'page_incompatible',
      ['plan_retry'],
    ],
    [
      'opened elsewhere parks',
      connected,
      { kind: 'failed', reason: 'opened_elsewhere', detail: null },
      'DISCONNECTED',
      'opened_elsewhere',
      ['end_client'],
    ],
    [
      'opened elsewhere while a person has chosen this place takes over',
      { ...syncing, mayTakeOver: true },
      { kind: 'failed', reason: 'opened_elsewhere', detail: null },
      'AUTHENTICATING',
      null,
      ['take_over'],
    ],
    [
      'an unlink logs out',
      connected,
      { kind: 'logged_out', reason: 'phone_logged_out', detail: null },
      'LOGGED_OUT',
      'phone_logged_out',
      ['end_client'],
    ],
    ['a stop disconnects', connected, { kind: 'stop', exitCode: 0 }, 'DISCONNECTED', null, ['end_client']],
  ] satisfies [string, SessionModel, SessionEvent, string, Reason | null, SessionEffect['kind'][]][])(
    '%s',
    (_title, given, event, state, reason, effects) => {
      const result = transition(given, event);
      expect(result.next).toMatchObject({ state, reason });
      expect(result.effects.map((effect) => effect.kind)).toEqual(effects);
    },
  );

  it('sets the profile aside after a logout or when its login is lost, and only then', () => {
    const loggedOut = transition(connected, { kind: 'logged_out', reason: 'unpaired', detail: null });
    expect(loggedOut.effects).toEqual([{ kind: 'end_client', ask: true, discardProfile: true }]);
    expect(transition(loggedOut.next, { kind: 'client_gone' }).effects).toEqual([
      { kind: 'exit', code: workerExit.parked },
    ]);
    expect(transition(connected, { kind: 'stop', exitCode: 0 }).effects).toEqual([
      { kind: 'end_client', ask: true, discardProfile: false },
    ]);
    const lost: SessionEvent = { kind: 'failed', reason: 'profile_corrupt', detail: null };
    expect(transition(connected, lost)).toMatchObject({
      next: { state: 'DISCONNECTED', phase: 'ended', exitCode: workerExit.parked },
      effects: [{ kind: 'end_client', ask: true, discardProfile: true }],
    });
  });

  it('takes over once, and no more once it has connected', () => {
    const conflict: SessionEvent = { kind: 'failed', reason: 'opened_elsewhere', detail: null };
    const chosen = { ...syncing, mayTakeOver: true };
    expect(after(after(chosen, conflict), conflict)).toMatchObject({
      reason: 'opened_elsewhere',
      phase: 'ended',
    });
    expect(after(after(chosen, { kind: 'ready' }), conflict)).toMatchObject({ phase: 'ended' });
  });

  it('opens the next browser only when the old one is gone, whichever of both comes first', () => {
    const dueFirst = transition(crashed, { kind: 'retry_due' });
    expect(dueFirst.effects).toEqual([]);
    expect(transition(dueFirst.next, { kind: 'client_gone' }).effects).toEqual([{ kind: 'open_client' }]);
    const goneFirst = transition(crashed, { kind: 'client_gone' });
    expect(goneFirst.effects).toEqual([]);
    expect(transition(goneFirst.next, { kind: 'retry_due' }).effects).toEqual([{ kind: 'open_client' }]);
  });
});

describe('under any order of events', () => {
  it('there are never two browsers, and every session has an owner', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
        const world = new World();
        for (const event of [{ kind: 'start' } as const, ...events]) {
          world.apply(event);
          expect(world.browsers).toBeLessThanOrEqual(1);
          expect(ownerOf(world.session, world)).not.toBeNull();
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('an incompatible page is green only after a self-test that found it whole', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        let session = incompatible;
        for (const event of events) {
          if (event.kind === 'ready') return;
          session = after(session, event);
          // The next browser's page is another one.
          if (session.client !== 'live') return;
          expect(session.state).toBe('DISCONNECTED');
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('a session that is not green says why, once it was', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        let session = connected;
        for (const event of events) {
          session = after(session, event);
          if (session.phase === 'ended') return;
          expect([session.state, session.reason === null]).toEqual([
            session.state,
            session.state === 'CONNECTED',
          ]);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

/** Whoever moves the session on next; null would be a session that hangs for ever. */
function ownerOf(session: SessionModel, world: World): string | null {
  if (world.exited) return 'supervisor';
  if (session.client === 'ending') return 'browser end';
  if (session.client === 'live') {
    if (isTimed(session.phase)) return 'deadline';
    const watched: Phase[] = ['connected'];
    if (watched.includes(session.phase)) return 'probes';
    return session.phase === 'offline' && world.planned ? 'network watch' : null;
  }
  return world.planned ? 'retry' : null;
}

/** What the session's effects do, as counts. */
class World {
  session = initialSession;
  browsers = 0;
  ending = 0;
  planned = false;
  exited = false;

  apply(event: SessionEvent): void {
    if (event.kind === 'client_gone') {
      if (this.ending === 0) return;
      this.ending = 0;
      this.browsers = 0;
    }
    if (event.kind === 'retry_due') {
      if (!this.planned) return;
      this.planned = false;
    }
    if (event.kind === 'attempts_used_up' && !this.planned) return;
    const { next, effects } = transition(this.session, event);
    this.session = next;
    if (next.state === 'CONNECTED' || next.phase === 'ended') this.planned = false;
    for (const effect of effects) this.run(effect);
  }

  private run(effect: SessionEffect): void {
    switch (effect.kind) {
      case 'open_client':
        this.browsers += 1;
        return;
      case 'end_client':
        this.ending += 1;
        return;
      case 'plan_retry':
      case 'watch_network':
        this.planned = true;
        return;
      case 'take_over':
        return;
      case 'exit':
        expect(this.browsers).toBe(0);
        this.exited = true;
        return;
    }
  }
}

const anyEvent: fc.Arbitrary<SessionEvent> = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(...plainEvents) },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom(...reasonCodes)
      .map((reason): SessionEvent => ({ kind: 'failed', reason, detail: null })),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('proxy_unreachable' as const, 'whatsapp_unreachable' as const)
      .map((reason): SessionEvent => ({ kind: 'network_trouble', reason, detail: null })),
  },
  { weight: 1, arbitrary: fc.constant<SessionEvent>({ kind: 'incompatible', missing: 'send' }) },
  { weight: 1, arbitrary: fc.constant<SessionEvent>({ kind: 'module_missing', name: 'WAWebCmd' }) },
  { weight: 1, arbitrary: fc.constant<SessionEvent>({ kind: 'stop', exitCode: 0 }) },
  {
    weight: 1,
    arbitrary: fc.constant<SessionEvent>({ kind: 'logged_out', reason: 'phone_logged_out', detail: null }),
  },
);

function after(session: SessionModel, event: SessionEvent): SessionModel {
  return transition(session, event).next;
}
