import { measureChaos } from './faults/chaos';
import { measureContainers } from './footprint/containers';
import { measureHealing } from './faults/heal';
import { measureConsole } from './console/console';
import { measureExports } from './speed/export-speed';
import { describeMachine } from './machine';
import { measureMessageChaos } from './faults/message-chaos';
import { measureMessages } from './speed/message-speed';
import { measureOverview } from './footprint/overview';
import { Report } from './report';
import { measureSnapshots } from './footprint/snapshots';
import { measureApi } from './speed/api-speed';
import { measureWebhookOutage } from './speed/webhook-outage';
import { measureWebhooks } from './speed/webhook-speed';

type Bench = (report: Report, args: string[]) => Promise<void>;

/** `npm run bench -- <name> [further arguments]`; the first one without a name. */
const benches: Record<string, Bench> = {
  overview: measureOverview,
  heal: measureHealing,
  chaos: measureChaos,
  messages: measureMessages,
  'message-chaos': measureMessageChaos,
  webhooks: measureWebhooks,
  'webhook-outage': measureWebhookOutage,
  api: measureApi,
  snapshots: measureSnapshots,
  exports: measureExports,
  containers: measureContainers,
  console: measureConsole,
};

/** One bench on real parts and the stand-in. */
async function main([name = 'overview', ...args]: string[]): Promise<void> {
  const bench = benches[name];
  if (!bench) throw new Error(`There is no bench "${name}"; there are: ${Object.keys(benches).join(', ')}.`);
  const report = new Report();
  report.line(`Machine: ${describeMachine()}`);
  const user = process.getuid?.() === 0 ? 'a user of its own each' : 'the calling user';
  report.line(`Workers as ${user}, sandbox on.`);
  await bench(report, args);
  report.table();
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
