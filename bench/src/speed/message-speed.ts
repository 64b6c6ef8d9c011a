import { parseArgs } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import {
  asAdmin,
  callStandin,
  type EventStream,
  eventually,
  type Fleet,
  openEventStream,
  startFleet,
} from '@wafleet/testing';
import { atLeastOne, numbersFrom } from '../arguments';
import { BareLibrary } from './bare-library';
import { createLeanClient, type LeanClient } from './lean-client';
import { describePostgres } from '../machine';
import { reached, sendLatencies } from './messages';
import { withProcessorTime } from './processor-time';
import type { Report } from '../report';
import type { BenchTenant } from '../tenants';

const person = '15550109998';
/** A message of a person, one second after the other. */
const steady = { count: 60, everyMs: 1_000 };

/** How fast messages go, one at a time and many at once, and what the library alone takes of it. `messages [--tenants 10] [--burst 500] [--sends 400]` */
export async function measureMessages(report: Report, args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      tenants: { type: 'string', default: '10' },
      burst: { type: 'string', default: '500' },
      sends: { type: 'string', default: '400' },
    },
  });
  const burst = atLeastOne('--burst', values.burst);
  const sends = atLeastOne('--sends', values.sends);
  report.line(describePostgres(true));
  const fleet = await startFleet({
    numbers: numbersFrom('15550105', atLeastOne('--tenants', values.tenants)),
    isDurable: true,
  });
  try {
    const { stack, controlPlane, tenants } = fleet;
    const stream = await openEventStream(`${controlPlane.url}/admin/events`, asAdmin(stack.adminKey));
    await callStandin(stack, 'PUT', `/users/${person}`, { name: 'Person' });

    reportWay(report, 'inbound, 1/s', await inboundSteadily(fleet, stream));
    reportBurst(
      report,
      'inbound burst, one tenant',
      await inboundBurst(fleet, stream, burst, tenants.slice(0, 1)),
    );
    const toAll = `inbound burst, ${tenants.length} tenants`;
    const burstToAll = () => inboundBurst(fleet, stream, burst, tenants);
    reportBurst(report, toAll, await withProcessorTime(report, toAll, fleet, burst, burstToAll));

    const single = await sendLatencies(stack, controlPlane, stream, tenants, 100);
    report.addTimes('send → 202, one at a time', single.acceptedMs);
    report.addTimes('send → at the user, one at a time', single.atUserMs);
    for (const [name, send] of Object.entries(waysToSend)) {
      const sendAll = () => sendsAtOnce(fleet, stream, sends, send);
      const many = await withProcessorTime(report, `sends, ${name}`, fleet, sends, sendAll);
      report.addTimes(`sends, ${name}: → 202`, many.acceptedMs);
      report.add(`sends, ${name}: all at the user`, rate(sends, many.tookMs));
    }
    stream.stop();
    await measureBare(report, fleet, burst, sends);
  } finally {
    await fleet.stop();
  }
}

/** The library alone, of one account: its own share of the above. */
async function measureBare(report: Report, { stack }: Fleet, burst: number, sends: number): Promise<void> {
  const bare = await BareLibrary.link(stack, '15550105900');
  try {
    const tell = (bodies: string[]) =>
      callStandin(stack, 'POST', `/users/${person}/burst`, { to: bare.number, bodies });
    const told = (bodies: string[]) =>
      eventually(() => bodies.every((body) => bare.toldAt.has(body)), {
        timeoutMs: 120_000,
        everyMs: 2,
        what: 'the messages told by the bare library',
      });
    const steadyMs: number[] = [];
    for (let index = 0; index < steady.count; index += 1) {
      const sentAt = performance.now();
      await tell([`bare ${index}`]);
      await told([`bare ${index}`]);
      steadyMs.push((bare.toldAt.get(`bare ${index}`) as number) - sentAt);
    }
    report.addTimes('the bare library: sent → told', steadyMs);

    const bodies = Array.from({ length: burst }, (_, index) => `bare burst ${index}`);
    const begun = performance.now();
    await tell(bodies);
    await told(bodies);
    report.add('the bare library: inbound burst', rate(burst, performance.now() - begun));

    const sendingSince = performance.now();
    for (let index = 0; index < sends; index += 1) await bare.send(person, `bare alone ${index}`);
    report.add('the bare library: sends, one after the other', rate(sends, performance.now() - sendingSince));

    const togetherSince = performance.now();
    await Promise.all(Array.from({ length: sends }, (_, index) => bare.send(person, `bare out ${index}`)));
    report.add('the bare library: sends, all together', rate(sends, performance.now() - togetherSince));
  } finally {
    await bare.stop();
  }
}

/** Of one message: from the person's send to the commit, and on to whoever follows the live events. */
interface Way {
  untilCommitMs: number;
  untilToldMs: number;
}

async function inboundSteadily(fleet: Fleet, stream: EventStream): Promise<Way[]> {
  const ways: Way[] = [];
  for (let index = 0; index < steady.count; index += 1) {
    const tenant = fleet.tenants[index % fleet.tenants.length] as BenchTenant;
    const before = stream.events.length;
    const sentAt = performance.now();
    await callStandin(fleet.stack, 'POST', `/users/${person}/send`, {
      to: tenant.number,
      body: `steady ${index}`,
    });
    const [told] = await received(stream, before, 1);
    if (told) ways.push(wayOf(told, sentAt));
    await delay(Math.max(0, sentAt + steady.everyMs - performance.now()));
  }
  return ways;
}

interface Burst {
  ways: Way[];
  tookMs: number;
}

async function inboundBurst(
  fleet: Fleet,
  stream: EventStream,
  count: number,
  tenants: readonly BenchTenant[],
): Promise<Burst> {
  const before = stream.events.length;
  const each = Math.ceil(count / tenants.length);
  const bodies = Array.from({ length: each }, (_, index) => `burst ${index}`);
  const sentAt = performance.now();
  await Promise.all(
    tenants.map(({ number }) =>
      callStandin(fleet.stack, 'POST', `/users/${person}/burst`, { to: number, bodies }),
    ),
  );
  const told = await received(stream, before, each * tenants.length);
  const ways = told.map((event) => wayOf(event, sentAt));
  return { ways, tookMs: Math.max(...ways.map(({ untilToldMs }) => untilToldMs)) };
}

/** The events of so many messages after that place in the stream. */
async function received(stream: EventStream, before: number, count: number): Promise<EventStream['events']> {
  const since = () => stream.events.slice(before).filter(({ type }) => type === 'message.received');
  await eventually(() => since().length >= count, {
    timeoutMs: 120_000,
    everyMs: 2,
    what: () => `${count} messages; now ${since().length}`,
  });
  return since();
}

function wayOf({ at, receivedAt }: EventStream['events'][number], sentAt: number): Way {
  const committedAt = Date.parse(at) - performance.timeOrigin;
  return { untilCommitMs: committedAt - sentAt, untilToldMs: receivedAt - sentAt };
}

type Send = (path: string, messages: readonly object[]) => Promise<void>;

async function sendOne(client: LeanClient, path: string, body: object): Promise<number> {
  const asked = performance.now();
  const taken = async () => (await client.ask('POST', path, body)).status === 202;
  await eventually(taken, { timeoutMs: 60_000, everyMs: 20, what: 'a message taken' });
  return performance.now() - asked;
}

/** How each tenant's program sends what it has to say. */
const waysToSend: Record<string, (client: LeanClient, took: (ms: number) => void) => Send> = {
  'each by a call, the next once it is taken': (client, took) => async (path, messages) => {
    for (const body of messages) took(await sendOne(client, path, body));
  },
  'each by a call, none of which waits for another': (client, took) => async (path, messages) => {
    await Promise.all(messages.map(async (body) => took(await sendOne(client, path, body))));
  },
  'all of a tenant by one call': (client, took) => async (path, messages) => {
    const asked = performance.now();
    const { status, text } = await client.ask('POST', `${path}/bulk`, { messages });
    if (status >= 300) throw new Error(`A bulk was answered by ${status}: ${text}`);
    took(performance.now() - asked);
  },
};

/**
 * Each tenant's program sends to one person after the other. All are at the people once the server has said so of each; how many it
 * had is asked when it is over, because asking costs.
 */
async function sendsAtOnce(
  { stack, controlPlane, tenants }: Fleet,
  stream: EventStream,
  count: number,
  way: (typeof waysToSend)[string],
): Promise<{ acceptedMs: number[]; tookMs: number }> {
  const each = Math.ceil(count / tenants.length);
  const acceptedMs: number[] = [];
  const people = numbersFrom('15550106', tenants.length);
  for (const number of people)
    await callStandin(stack, 'PUT', `/users/${number}`, { name: `Person ${number}` });
  const atPeople = async () => {
    const { items } = await callStandin(stack, 'GET', '/sends');
    return items.filter(({ to }: { to: string }) => people.includes(to)).length as number;
  };
  const had = await atPeople();
  const client = createLeanClient(controlPlane.url, asAdmin(stack.adminKey));
  const send = way(client, (ms) => acceptedMs.push(ms));
  const before = stream.events.length;
  const begun = performance.now();
  try {
    await Promise.all(
      tenants.map(({ id }, at) => {
        const messages = Array.from({ length: each }, (_, index) => ({
          chatId: people[(at + index) % people.length],
          body: `many ${index}`,
        }));
        return send(`/admin/tenants/${id}/messages`, messages);
      }),
    );
    const sent = () => firstReached(stream.events.slice(before));
    await eventually(() => sent().size >= each * tenants.length, {
      timeoutMs: 120_000,
      everyMs: 20,
      what: () => `${count} messages at the people; now ${sent().size}`,
    });
    const tookMs = Math.max(...sent().values()) - begun;
    const came = (await atPeople()) - had;
    if (came !== each * tenants.length) throw new Error(`${came} of ${count} messages are at the people`);
    return { acceptedMs, tookMs };
  } finally {
    await client.close();
  }
}

/** By message, when it was first told that the server has it. */
function firstReached(events: EventStream['events']): Map<string, number> {
  const first = new Map<string, number>();
  for (const { type, data, receivedAt } of events) {
    const id = String(data['messageId']);
    if (type === 'message.status' && reached.includes(String(data['status'])) && !first.has(id))
      first.set(id, receivedAt);
  }
  return first;
}

function reportWay(report: Report, name: string, ways: readonly Way[]): void {
  report.addTimes(
    `${name}: sent → commit begun`,
    ways.map(({ untilCommitMs }) => untilCommitMs),
  );
  report.addTimes(
    `${name}: sent → stored → SSE`,
    ways.map(({ untilToldMs }) => untilToldMs),
  );
}

function reportBurst(report: Report, name: string, { ways, tookMs }: Burst): void {
  reportWay(report, name, ways);
  report.add(`${name}: rate`, rate(ways.length, tookMs));
}

const rate = (count: number, ms: number) =>
  `${((count / ms) * 1_000).toFixed(0)}/s (${count} in ${(ms / 1_000).toFixed(2)} s)`;
