import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { callStandin, eventually, judgeTold, startFleet, ToldProgram } from '@wafleet/testing';
import { atLeastOne, numbersFrom } from '../arguments';
import { describePostgres } from '../machine';
import type { Report } from '../report';

const minuteMs = 60_000;
/** The longest pause of a webhook that the product makes by itself, and what is random of it does not add to. */
const longestPauseMs = 5 * minuteMs;
const deliveredWithinMs = longestPauseMs + 2 * minuteMs;

/**
 * A tenant's program that is down for minutes, with the pauses of an installation; then whether all arrives, in order, each under
 * one id. `webhook-outage [--minutes 10] [--chats 3]`
 */
export async function measureWebhookOutage(report: Report, args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { minutes: { type: 'string', default: '10' }, chats: { type: 'string', default: '3' } },
  });
  const minutes = atLeastOne('--minutes', values.minutes);
  const chats = atLeastOne('--chats', values.chats);
  report.line(describePostgres(true));
  const program = new ToldProgram();
  await program.start();
  try {
    const fleet = await startFleet({
      numbers: numbersFrom('15550106', 1),
      isDurable: true,
      env: { WEBHOOKS: JSON.stringify({ allowHttp: true, networks: ['127.0.0.0/8'] }) },
    });
    try {
      const [tenant] = fleet.tenants as [(typeof fleet.tenants)[number]];
      const { stack, controlPlane } = fleet;
      const path = `/admin/tenants/${tenant.id}/webhooks`;
      const webhook = await controlPlane.admin.post(path, {
        url: program.urlOf(tenant.id),
        events: ['message.received'],
      });
      const people = numbersFrom('15550109', chats);
      for (const person of people)
        await callStandin(stack, 'PUT', `/users/${person}`, { name: `Person ${person}` });
      const sent: { tenantId: string; body: string }[] = [];
      const tell = async () => {
        for (const person of people) {
          const body = `${person} says ${sent.length}`;
          await callStandin(stack, 'POST', `/users/${person}/send`, { to: tenant.number, body });
          sent.push({ tenantId: tenant.id, body });
        }
      };
      const told = () => new Set(program.told.map(({ id }) => id)).size;
      const until = (condition: () => boolean, timeoutMs: number) =>
        eventually(condition, { timeoutMs, everyMs: 100, what: () => `${sent.length} told; now ${told()}` });

      await tell();
      await until(() => told() === sent.length, minuteMs);
      await program.meet('killed');
      report.line(`Down for ${minutes} min, a message to each of ${chats} chats a second.`);
      const downUntil = performance.now() + minutes * minuteMs;
      while (performance.now() < downUntil) {
        await tell();
        await delay(1_000);
      }
      const before = told();
      await program.mend();
      const backAt = performance.now();
      await until(() => told() > before, deliveredWithinMs);
      report.add('back → first delivery', seconds(performance.now() - backAt));
      const firstAt = performance.now();
      await until(() => told() === sent.length, deliveredWithinMs);
      report.add('first delivery → all of them', seconds(performance.now() - firstAt));
      report.add('waiting when it came back', String(sent.length - before));
      report.add(
        'webhook afterwards',
        (await controlPlane.admin.get(`${path}/${webhook.id}`)).state as string,
      );
      const broken = judgeTold(sent, program.told, []);
      report.add('repeats', String(program.told.length - sent.length));
      report.add('promises broken', String(broken.length));
      for (const problem of broken) report.line(`    ${problem}`);
      if (broken.length > 0) process.exitCode = 1;
    } finally {
      await fleet.stop();
    }
  } finally {
    await program.stop();
  }
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
