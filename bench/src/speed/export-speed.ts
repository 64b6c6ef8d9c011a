import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { createDatabase } from '@wafleet/db';
import { eventually, startFleet } from '@wafleet/testing';
import { atLeastOne } from '../arguments';
import { describePostgres } from '../machine';
import type { Report } from '../report';

const mediaBytes = 100_000;
const madeWithinMs = 30 * 60_000;
const batch = 5_000;

/** An export of everything about a tenant: how long, and how large. `exports [--messages 100000] [--media 200]` */
export async function measureExports(report: Report, args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { messages: { type: 'string', default: '100000' }, media: { type: 'string', default: '200' } },
  });
  const messages = atLeastOne('--messages', values.messages);
  const media = atLeastOne('--media', values.media);
  report.line(describePostgres(true));
  const fleet = await startFleet({ numbers: [], isDurable: true });
  const db = createDatabase({ url: fleet.stack.databaseUrl });
  try {
    const { admin, url } = fleet.controlPlane;
    const { id: tenantId } = (await admin.post('/admin/tenants', { name: 'Shop', start: false })) as {
      id: string;
    };
    const incoming = { tenantId, direction: 'INBOUND', status: 'RECEIVED', fromMe: false } as const;
    for (let from = 0; from < messages; from += batch)
      await db.message.createMany({
        data: Array.from({ length: Math.min(batch, messages - from) }, (_, index) => ({
          ...incoming,
          id: `msg_${String(from + index).padStart(10, '0')}`,
          chatId: `1555010${String(index % 100).padStart(4, '0')}@c.us`,
          body: `Message ${from + index}: two loaves of the dark one, please, for Saturday morning.`,
          timestamp: new Date(),
        })),
      });
    for (let index = 0; index < media; index += 1) {
      const stored = await fetch(`${url}/admin/tenants/${tenantId}/media`, {
        method: 'POST',
        headers: { authorization: `Bearer ${fleet.stack.adminKey}`, 'content-type': 'image/jpeg' },
        body: randomBytes(mediaBytes),
        signal: AbortSignal.timeout(30_000),
      });
      if (!stored.ok) throw new Error(`A file was answered ${stored.status}.`);
    }
    const path = `/admin/tenants/${tenantId}/exports`;
    const begun = performance.now();
    const { id } = (await admin.post(path, {})) as { id: string };
    const made = await eventually(
      async () => {
        const one = (await admin.get(`${path}/${id}`)) as { state: string; bytes: number; records: number };
        return one.state === 'READY' || one.state === 'FAILED' ? one : null;
      },
      { timeoutMs: madeWithinMs, everyMs: 100, what: 'an export' },
    );
    const seconds = (performance.now() - begun) / 1_000;
    report.add('state', made.state);
    report.add('rows, and files of 100 kB', `${made.records}, ${media}`);
    report.add('asked → READY', `${seconds.toFixed(1)} s (${(made.records / seconds).toFixed(0)} rows/s)`);
    report.add('archive', `${(made.bytes / 1e6).toFixed(1)} MB`);
  } finally {
    await db.$disconnect();
    await fleet.stop();
  }
}
