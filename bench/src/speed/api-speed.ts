import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Fleet, startFleet } from '@wafleet/testing';
import { atLeastOne } from '../arguments';
import { createLeanClient } from './lean-client';
import { describePostgres } from '../machine';
import type { Report } from '../report';
import { summarise } from '../statistics';

/**
 * Status and list: requests a second, and how long they take, beside a bare handler on the same rows, in turns, so that what else
 * the machine does meets both. `api [--seconds 10] [--rounds 3] [--connections 16] [--tenants 200]`
 */
export async function measureApi(report: Report, args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      seconds: { type: 'string', default: '10' },
      rounds: { type: 'string', default: '3' },
      connections: { type: 'string', default: '16' },
      tenants: { type: 'string', default: '200' },
    },
  });
  const seconds = atLeastOne('--seconds', values.seconds);
  const rounds = atLeastOne('--rounds', values.rounds);
  const connections = atLeastOne('--connections', values.connections);
  report.line(describePostgres(true));
  const fleet = await startFleet({ numbers: [], isDurable: true });
  const bare = await startBare(fleet.stack.databaseUrl);
  try {
    const id = await addTenants(fleet, atLeastOne('--tenants', values.tenants));
    const { url } = fleet.controlPlane;
    const headers = { authorization: `Bearer ${fleet.stack.adminKey}` };
    const targets: Target[] = [
      { name: 'status', url: `${url}/admin/tenants/${id}/status`, headers },
      { name: 'status, bare', url: `${bare.url}/tenants/${id}/status`, headers: {} },
      { name: 'list of 50', url: `${url}/admin/tenants?limit=50`, headers },
      { name: 'list of 50, bare', url: `${bare.url}/tenants`, headers: {} },
    ];
    for (const target of targets) await load(target, connections, 2_000);
    const taken = new Map(targets.map(({ name }) => [name, [] as number[]]));
    for (let round = 0; round < rounds; round += 1)
      for (const target of targets)
        taken.get(target.name)?.push(...(await load(target, connections, seconds * 1_000)));
    for (const [name, times] of taken) {
      const { n, p50, p99 } = summarise(times);
      const rate = (n / (rounds * seconds)).toFixed(0);
      report.add(name, `${rate}/s, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`);
    }
  } finally {
    bare.stop();
    await fleet.stop();
  }
}

interface Target {
  name: string;
  url: string;
  headers: Record<string, string>;
}

/** Tenants that nobody starts. @returns the id of one */
async function addTenants({ controlPlane }: Fleet, count: number): Promise<string> {
  let id = '';
  for (let index = 0; index < count; index += 1) {
    const made = (await controlPlane.admin.post('/admin/tenants', {
      name: `Shop ${index}`,
      start: false,
    })) as {
      id: string;
    };
    id = made.id;
  }
  return id;
}

/** @returns how long each request took, in ms. @throws Error for an answer that is not 200 */
async function load({ url, headers }: Target, connections: number, forMs: number): Promise<number[]> {
  const { origin, pathname, search } = new URL(url);
  const client = createLeanClient(origin, headers, connections);
  const took: number[] = [];
  const end = performance.now() + forMs;
  const asker = async () => {
    while (performance.now() < end) {
      const begun = performance.now();
      const { status } = await client.ask('GET', pathname + search);
      if (status !== 200) throw new Error(`${url} answered ${status}`);
      took.push(performance.now() - begun);
    }
  };
  try {
    await Promise.all(Array.from({ length: connections }, asker));
  } finally {
    await client.close();
  }
  return took;
}

async function startBare(databaseUrl: string): Promise<{ url: string; stop(): void }> {
  const child: ChildProcess = spawn(process.execPath, [join(__dirname, 'bare-api.js')], {
    env: { ...process.env, DATABASE_URL: databaseUrl },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const stop = () => void child.stdin?.end();
  const ended = once(child, 'exit').then(() => Promise.reject(new Error('The bare handler ended.')));
  ended.catch(() => undefined);
  try {
    const [port] = (await Promise.race([once(child.stdout as NodeJS.ReadableStream, 'data'), ended])) as [
      Buffer,
    ];
    return { url: `http://127.0.0.1:${String(port).trim()}`, stop };
  } catch (error) {
    stop();
    throw error;
  }
}
