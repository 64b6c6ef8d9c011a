import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** As much of a control plane as the fleet's page needs, with tenants that exist in numbers only. */
export interface SimulatedFleet {
  url: string;
  stop(): Promise<void>;
}

const statuses = [
  'ACTIVE',
  'ACTIVE',
  'ACTIVE',
  'ACTIVE',
  'ACTIVE',
  'RECOVERING',
  'QR_PENDING',
  'ERROR',
  'PAUSED',
];
const patchEveryMs = 100;

export async function startSimulatedFleet(options: {
  tenants: number;
  changesPerSecond: number;
}): Promise<SimulatedFleet> {
  const rows = Array.from({ length: options.tenants }, (_, index) => changed(index));
  const streams = new Set<ServerResponse>();
  let seq = 0;
  const timer = setInterval(() => {
    const some = Array.from({ length: (options.changesPerSecond * patchEveryMs) / 1_000 }, () =>
      Math.floor(Math.random() * rows.length),
    );
    for (const index of some) rows[index] = changed(index);
    const id = `bench-${++seq}`;
    const patch = { id, at: new Date().toISOString(), rows: some.map((index) => rows[index]), gone: [] };
    for (const stream of streams) stream.write(`id: ${id}\ndata: ${JSON.stringify(patch)}\n\n`);
  }, patchEveryMs);

  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0];
    if (path === '/admin/fleet/live') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`id: bench-${seq}\nevent: hello\ndata: {}\n\n`);
      streams.add(response);
      response.once('close', () => streams.delete(response));
      return;
    }
    const answer = answers[path ?? ''];
    response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ? answer() : {}));
  });
  const answers: Record<string, () => unknown> = {
    '/me': () => ({ id: 'usr_1', email: 'bench@example.com', name: null, fleetRole: 'ADMIN', tenants: [] }),
    '/admin/reasons': () => ({ items: [], nextCursor: null }),
    '/admin/fleet': () => ({
      id: `bench-${seq}`,
      at: new Date().toISOString(),
      memoryLimitMib: 1_024,
      counts: {},
      rows,
      isCut: false,
    }),
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      clearInterval(timer);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function changed(index: number) {
  const status = statuses[Math.floor(Math.random() * statuses.length)];
  const hasWorker = status !== 'PAUSED';
  return {
    id: `ten_${String(index).padStart(26, '0')}`,
    name: `Tenant ${index}`,
    phoneNumber: `1555010${String(index).padStart(4, '0')}`,
    status,
    reason: status === 'ERROR' ? 'page_incompatible' : status === 'RECOVERING' ? 'browser_crashed' : null,
    since: new Date(Date.now() - Math.random() * 86_400_000).toISOString(),
    desiredState: hasWorker ? 'RUNNING' : 'STOPPED',
    memoryMib: hasWorker ? 4 * Math.round(20 + Math.random() * 200) : null,
    cpuPercent: hasWorker ? 5 * Math.round(Math.random() * 10) : null,
    messagesPerMinute: Math.round(Math.random() * 30),
    restarts: Math.round(Math.random() * 3),
    lastSeenAt: new Date(Date.now() - Math.random() * 600_000).toISOString(),
    whatsappWebVersion: '2.3000.1',
  };
}
