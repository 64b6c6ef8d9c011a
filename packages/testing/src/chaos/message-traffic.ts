import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { eventually } from '../eventually';
import type { LinkedTenant } from '../faults/linked-tenants';
import type { Fleet } from '../fleet/fleet';
import { callStandin } from '../stack/standin-control';
import { ProgramTraffic } from './program-traffic';
import { judgeTraffic, type ChatTraffic, type StoredMessage, type TrafficVerdict } from './judge-traffic';

const acceptedStatuses = ['QUEUED', 'SENDING'];
const settleWithinMs = 300_000;
const retryMs = 250;
const answeredWithinMs = 240_000;
/** Answers that say: not taken, later. While much waits because a session is down, that is how it should be. */
const passing = [429, 503];

/** Numbered messages both ways, in chats of several tenants whose programs are told of them, while whatever else happens. */
export class MessageTraffic {
  private readonly programs: ProgramTraffic;
  private readonly chats: ChatTraffic[] = [];
  private readonly stopping = new AbortController();
  private running: Promise<PromiseSettledResult<void>[]> = Promise.resolve([]);

  /**
   * @param options.everyMs between two messages of one chat and direction
   * @param options.seed of the troubles that programs get into
   */
  constructor(
    private readonly fleet: Fleet,
    private readonly options: { chatsPerTenant: number; everyMs: number; seed: number },
  ) {
    this.programs = new ProgramTraffic(fleet, options.seed);
  }

  /** Troubles of programs so far, and how often each. */
  get programTroubles(): ReadonlyMap<string, number> {
    return this.programs.met;
  }

  get hasMetEveryTrouble(): boolean {
    return this.programs.hasMetEveryTrouble;
  }

  async start(): Promise<void> {
    setMaxListeners(0, this.stopping.signal);
    for (const [at, tenant] of this.fleet.tenants.entries()) {
      for (let chat = 0; chat < this.options.chatsPerTenant; chat += 1) {
        const person = `15550150${String(at * this.options.chatsPerTenant + chat).padStart(3, '0')}`;
        await callStandin(this.fleet.stack, 'PUT', `/users/${person}`, { name: `Person ${person}` });
        this.chats.push({ tenant, person, told: [], accepted: [] });
      }
    }
    await this.programs.start();
    this.running = Promise.allSettled(this.chats.flatMap((chat) => [this.tell(chat), this.ask(chat)]));
  }

  /**
   * Begins no further message, and waits until everything that was begun has an end.
   * @throws Error where a message was not even taken
   */
  async finish(): Promise<TrafficVerdict> {
    this.stopping.abort();
    for (const end of await this.running) if (end.status === 'rejected') throw end.reason;
    const open = async () => {
      const stored = await this.stored();
      const waiting = stored.filter(({ status }) => acceptedStatuses.includes(status)).length;
      const told = this.chats.reduce((sum, chat) => sum + chat.told.length, 0);
      const came = new Set(stored.filter((row) => row.direction === 'INBOUND').map(({ body }) => body)).size;
      return { waiting, missing: told - came };
    };
    await eventually(async () => Object.values(await open()).every((count) => count === 0), {
      timeoutMs: settleWithinMs,
      everyMs: 1_000,
      what: async () => `all messages at their end; open: ${JSON.stringify(await open())}`,
    }).catch(() => undefined); // The verdict names what is open.
    const atPhones = new Map<string, { id: string; body: string; timesReceived: number }[]>();
    for (const { tenant, person } of this.chats) {
      const { items } = await callStandin(this.fleet.stack, 'GET', `/users/${person}/chats/${tenant.number}`);
      atPhones.set(
        person,
        items.filter(({ from }: { from: string }) => from === tenant.number),
      );
    }
    const verdict = judgeTraffic(this.chats, await this.stored(), atPhones);
    const sent = this.chats.flatMap(({ tenant, told }) =>
      told.map((body) => ({ tenantId: tenant.id, body })),
    );
    return { ...verdict, broken: [...verdict.broken, ...(await this.programs.finish(sent))] };
  }

  /** Whether it was finished or not. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await this.programs.stop();
  }

  /** What the person writes to the tenant. */
  private async tell(chat: ChatTraffic): Promise<void> {
    for (let number = 1; !this.stopping.signal.aborted; number += 1) {
      const body = `${chat.person} says ${number}`;
      await callStandin(this.fleet.stack, 'POST', `/users/${chat.person}/send`, {
        to: chat.tenant.number,
        body,
      });
      chat.told.push(body);
      await this.pause();
    }
  }

  /** What the tenant's program sends, one after the other, each repeated until it is accepted. */
  private async ask(chat: ChatTraffic): Promise<void> {
    for (let number = 1; !this.stopping.signal.aborted; number += 1) {
      const body = `${chat.person} hears ${number}`;
      const id = await this.request(chat.tenant, chat.person, body);
      if (id !== null) chat.accepted.push({ id, body });
      await this.pause();
    }
  }

  /**
   * @returns null where all of it ended before there was room for it
   * @throws Error with the last answer when it is refused for good, or when nothing answers for too long
   */
  private async request(tenant: LinkedTenant, chatId: string, body: string): Promise<string | null> {
    let last = 'none';
    let answeredAt = performance.now();
    while (performance.now() - answeredAt < answeredWithinMs) {
      const answer = await this.fleet.controlPlane.admin
        .call('POST', `/admin/tenants/${tenant.id}/messages`, {
          body: { chatId, body },
          headers: { 'idempotency-key': body.replaceAll(' ', '-') },
        })
        .catch(() => null); // Whether it was taken is not known; the key makes the repeat safe.
      if (answer?.status === 202) return answer.body.id as string;
      if (answer) {
        last = `${answer.status} ${JSON.stringify(answer.body)}`;
        if (!passing.includes(answer.status)) break;
        if (this.stopping.signal.aborted) return null;
        answeredAt = performance.now();
      }
      await delay(retryMs);
    }
    throw new Error(`"${body}" was not accepted; the last answer: ${last}`);
  }

  private async pause(): Promise<void> {
    const { signal } = this.stopping;
    await delay(this.options.everyMs, undefined, { signal }).catch(() => undefined);
  }

  private async stored() {
    const client = new Client({ connectionString: this.fleet.stack.databaseUrl });
    await client.connect();
    try {
      const { rows } = await client.query<StoredMessage>(
        'SELECT id, direction::text, status::text, body, error_code FROM messages ORDER BY id',
      );
      return rows;
    } finally {
      await client.end();
    }
  }
}
