import { renameSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Fleet } from '../fleet/fleet';
import { eventually } from '../eventually';
import { judgeTold, replayedBeforeMs, type DisabledTime } from './judge-told';
import { randomFrom } from './plan-chaos';
import { fileOfProgramAddress, programHost } from './program-address';
import { chaosEnvironment } from './run-chaos';
import { programTroubles, ToldProgram } from './told-program';

const loopback = '127.0.0.1';
const privateAddress = '10.0.0.1';
const lookUpPrograms = resolve(__dirname, '../../dist/chaos/look-up-programs.js');

/** For a fleet whose tenants' programs get into trouble: so short waits of webhooks that seconds show how hours go. */
export const messageChaosEnvironment = {
  ...chaosEnvironment,
  NODE_OPTIONS: `--require ${lookUpPrograms}`,
  WEBHOOKS: JSON.stringify({
    allowHttp: true,
    networks: ['127.0.0.0/8'],
    timeoutMs: 3_000,
    sweepMs: 1_000,
    pause: { firstMs: 500, maxMs: 3_000 },
    // That one fails where others are taken is chance here.
    maxAttemptsAlone: 1_000,
  }),
};

const troubles = [...programTroubles, 'privateAddress'] as const;
type Trouble = (typeof troubles)[number];

const wellMs = { least: 1_000, most: 5_000 };
const inTroubleMs = { least: 1_000, most: 6_000 };
const settleWithinMs = 300_000;

/** Tenants' programs that are told of messages, and get into one trouble after the other, in an order of chance. */
export class ProgramTraffic {
  readonly met = new Map<Trouble, number>();
  private readonly program = new ToldProgram();
  private readonly webhooks = new Map<string, string>();
  private readonly disabled: DisabledTime[] = [];
  /** Tenants whose webhook was switched on, and was not yet sent what it missed. */
  private readonly switchedOn = new Set<string>();
  private readonly random: () => number;
  private readonly stopping = new AbortController();
  private running = Promise.resolve();

  constructor(
    private readonly fleet: Fleet,
    seed: number,
  ) {
    this.random = randomFrom(seed);
  }

  get hasMetEveryTrouble(): boolean {
    return this.met.size === troubles.length;
  }

  async start(): Promise<void> {
    this.moveTo(loopback);
    await this.program.start();
    for (const { id } of this.fleet.tenants) {
      const input = { url: this.program.urlOf(id, programHost), events: ['message.received'] };
      const webhook = await this.fleet.controlPlane.admin.post(`/admin/tenants/${id}/webhooks`, input);
      this.webhooks.set(id, webhook.id);
    }
    this.running = this.getIntoTrouble();
    this.running.catch(() => undefined); // Thrown by finish().
  }

  /** Mends the program for good, and waits until it was told everything. @returns what is wrong with what it was told */
  async finish(sent: readonly { tenantId: string; body: string }[]): Promise<string[]> {
    this.stopping.abort();
    await this.running;
    await this.mend();
    const missing = () => {
      const told = new Set(this.program.told.map(({ tenantId, body }) => `${tenantId} ${body}`));
      return sent.filter(({ tenantId, body }) => !told.has(`${tenantId} ${body}`)).length;
    };
    await eventually(
      async () => {
        await this.switchOn();
        return missing() === 0;
      },
      { timeoutMs: settleWithinMs, everyMs: 1_000, what: () => `everything told; ${missing()} are not` },
    ).catch(() => undefined); // The verdict names them.
    return judgeTold(sent, this.program.told, this.disabled);
  }

  /** Safe to call twice. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running.catch(() => undefined);
    await this.program.stop();
  }

  private async getIntoTrouble(): Promise<void> {
    const { signal } = this.stopping;
    const pause = ({ least, most }: typeof wellMs) =>
      delay(least + this.random() * (most - least), undefined, { signal }).catch(() => undefined);
    let coming: Trouble[] = [];
    while (!signal.aborted) {
      await pause(wellMs);
      if (coming.length === 0) coming = this.shuffled();
      const trouble = coming.pop() as Trouble;
      this.met.set(trouble, (this.met.get(trouble) ?? 0) + 1);
      await this.meet(trouble);
      await pause(inTroubleMs);
      await this.mend();
      await this.switchOn();
    }
  }

  private shuffled(): Trouble[] {
    const keyed = troubles.map((trouble) => ({ trouble, key: this.random() }));
    return keyed.sort((a, b) => a.key - b.key).map(({ trouble }) => trouble);
  }

  private async meet(trouble: Trouble): Promise<void> {
    if (trouble !== 'privateAddress') return this.program.meet(trouble);
    this.moveTo(privateAddress);
    // A connection that is open stays where it is: the next one needs another look-up.
    await this.program.stop();
    await this.program.start();
  }

  private async mend(): Promise<void> {
    this.moveTo(loopback);
    await this.program.mend();
  }

  /** From the next look-up of its name on. */
  private moveTo(address: string): void {
    const file = fileOfProgramAddress(this.fleet.stack.dataDir);
    writeFileSync(`${file}.new`, address);
    renameSync(`${file}.new`, file);
  }

  /**
   * What an owner does after an answer of 410 that was a mistake: switches the webhook on, and later has sent what it missed.
   * What does not answer now is asked the next time.
   */
  private async switchOn(): Promise<void> {
    const { admin } = this.fleet.controlPlane;
    for (const [tenantId, from] of this.program.goneSince) {
      const path = `/admin/tenants/${tenantId}/webhooks/${this.webhooks.get(tenantId)}`;
      try {
        if ((await admin.get(path)).state === 'DISABLED') {
          await admin.call('PATCH', path, { body: { isEnabled: true } });
          this.switchedOn.add(tenantId);
          continue;
        }
        if (!this.switchedOn.has(tenantId)) continue;
        await admin.post(`${path}/replay`, { since: new Date(from - replayedBeforeMs).toISOString() });
      } catch {
        continue;
      }
      this.disabled.push({ tenantId, from, to: Date.now() });
      this.switchedOn.delete(tenantId);
      this.program.goneSince.delete(tenantId);
    }
  }
}
