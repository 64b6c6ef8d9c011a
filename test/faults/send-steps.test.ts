import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  asAdmin,
  callStandin,
  eventually,
  type Fleet,
  fleetFaults,
  findTenantProcesses,
  forgetsQuickly,
  type LinkedTenant,
  processInRole,
  type ProcessRole,
  startFleet,
  untilGreen,
} from '@wafleet/testing';

const me = '15550100411';
const customer = '15550100412';

/** What breaks at one step of a send. The page is held while it is asked to send, so that the step is certain. */
interface Step {
  /** Completes "killed …". */
  title: string;
  /** Begins with a held page and a message on its way to it, and leaves nothing held. */
  act(parts: Parts): Promise<void>;
}

interface Parts {
  fleet: Fleet;
  pidOf(role: ProcessRole): number;
  signal(role: ProcessRole, signal: NodeJS.Signals): void;
  /** Whether the stand-in has taken the message. */
  isSent(): Promise<boolean>;
  /** Resolves when it has. */
  untilSent(): Promise<void>;
}

/** Who is to miss the result of a send. */
interface Listener {
  stop(): Promise<unknown> | void;
  goOn(): Promise<unknown> | void;
}

/**
 * Lets the page work only while the listener stands still, in turns, until the message is sent: what the listener had
 * not asked for yet at one turn, it has at the next. Ends with the listener stopped and the page free.
 */
async function sendUnheard({ signal, isSent }: Parts, listener: Listener): Promise<void> {
  await eventually(
    async () => {
      await listener.stop();
      signal('renderer', 'SIGCONT');
      if (await soon(isSent)) return true;
      signal('renderer', 'SIGSTOP');
      await listener.goOn();
      return false;
    },
    { timeoutMs: 60_000, everyMs: 200, what: 'the message at the stand-in' },
  );
}

/** Whether it comes true within a second. */
const soon = (isSo: () => Promise<boolean>): Promise<boolean> =>
  eventually(isSo, { timeoutMs: 1_000, what: 'it' }).catch(() => false);

const steps: Step[] = [
  {
    title: 'the worker is killed before the page does it',
    act: async ({ pidOf }) => {
      // Both are looked up first: a browser may end by itself when its worker has.
      for (const pid of [pidOf('worker'), pidOf('browser')]) process.kill(pid, 'SIGKILL');
    },
  },
  {
    title: 'the browser is killed inside the call',
    act: async ({ signal }) => signal('browser', 'SIGKILL'),
  },
  {
    title: 'the connection to WhatsApp is away inside the call, and everything is killed',
    act: async ({ fleet, signal }) => {
      await callStandin(fleet.stack, 'POST', '/faults', { number: me, faults: { refuseConnections: true } });
      await callStandin(fleet.stack, 'POST', '/connections/drop', { number: me });
      signal('renderer', 'SIGCONT');
      await fleetFaults.everythingKilled.inject(fleet);
      await callStandin(fleet.stack, 'DELETE', `/faults?number=${me}`);
    },
  },
  {
    title: 'the worker is killed after the call and before the result',
    act: async (parts) => {
      const { signal } = parts;
      await sendUnheard(parts, {
        stop: () => signal('worker', 'SIGSTOP'),
        goOn: () => signal('worker', 'SIGCONT'),
      });
      signal('worker', 'SIGKILL');
    },
  },
  {
    title: 'everything is killed after the result and before the commit',
    act: async (parts) => {
      const { fleet } = parts;
      await sendUnheard(parts, {
        stop: () => fleetFaults.controlPlaneStopped.inject(fleet),
        goOn: () => fleetFaults.controlPlaneStopped.mend(fleet),
      });
      await fleetFaults.everythingKilled.inject(fleet);
    },
  },
  {
    title: 'the link is cut while the worker lives, as the control plane is killed',
    act: async ({ fleet, signal, untilSent }) => {
      await fleetFaults.controlPlaneKilled.inject(fleet);
      signal('renderer', 'SIGCONT');
      await untilSent();
    },
  },
  {
    title: 'the database is away after the call, and back',
    act: async ({ fleet, signal, untilSent }) => {
      await fleetFaults.databaseStopped.inject(fleet);
      signal('renderer', 'SIGCONT');
      await untilSent();
      await fleetFaults.databaseStopped.mend(fleet);
    },
  },
];

const kinds = ['text', 'picture'] as const;

describe('a send', () => {
  let fleet: Fleet;
  let tenant: LinkedTenant;
  let mediaId: string;

  beforeAll(async () => {
    fleet = await startFleet({
      numbers: [me],
      isDurable: true,
      env: {
        SUPERVISION: JSON.stringify(forgetsQuickly.supervision),
        WORKER_DEADLINES: JSON.stringify({ reconnect: forgetsQuickly.reconnect }),
      },
    });
    tenant = fleet.tenants[0] as LinkedTenant;
    await callStandin(fleet.stack, 'PUT', `/users/${customer}`, { name: 'Customer' });
    const upload = await fetch(
      `${fleet.controlPlane.url}/admin/tenants/${tenant.id}/media?filename=bread.jpg`,
      {
        method: 'POST',
        headers: { ...asAdmin(fleet.stack.adminKey), 'content-type': 'image/jpeg' },
        body: Buffer.alloc(50_000, 7),
      },
    );
    mediaId = ((await upload.json()) as { id: string }).id;
  }, 120_000);
  afterAll(() => fleet?.stop(), 120_000);

  const sends = async (waMessageId: string): Promise<{ timesReceived: number }[]> => {
    const { items } = await callStandin(fleet.stack, 'GET', `/sends?number=${me}`);
    return items.filter(({ id }: { id: string }) => id === waMessageId);
  };
  const rowOf = (id: string): Promise<any> =>
    fleet.controlPlane.admin.get(`/admin/tenants/${tenant.id}/messages/${id}`);
  const pidOf = (role: ProcessRole): number =>
    processInRole(findTenantProcesses(fleet.stack.tenantsDir), tenant.id, role);
  const signal = (role: ProcessRole, name: NodeJS.Signals): void => void process.kill(pidOf(role), name);

  it.each(steps.flatMap((step) => kinds.map((kind) => ({ kind, step, title: step.title }))))(
    'of a $kind arrives once when $title',
    async ({ kind, step }) => {
      await untilGreen(fleet.controlPlane, [tenant]);
      const content =
        kind === 'text' ? { body: step.title } : { type: 'media', mediaId, caption: step.title };
      signal('renderer', 'SIGSTOP');
      const path = `/admin/tenants/${tenant.id}/messages`;
      const { id } = await fleet.controlPlane.admin.post(path, { chatId: customer, ...content });
      const waMessageId: string = await eventually(
        async () => {
          const row = await rowOf(id);
          return row.status === 'SENDING' && row.waMessageId;
        },
        { timeoutMs: 60_000, what: 'the message given to the worker' },
      );
      expect(await sends(waMessageId)).toEqual([]);

      const isSent = async () => (await sends(waMessageId)).length > 0;
      const untilSent = async () =>
        void (await eventually(isSent, { timeoutMs: 60_000, what: 'the message at the stand-in' }));
      await step.act({ fleet, pidOf, signal, isSent, untilSent });

      const row = await eventually(
        async () => {
          const now = await rowOf(id).catch(() => null);
          return now?.status === 'READ' && now;
        },
        { timeoutMs: 120_000, what: async () => JSON.stringify(await rowOf(id).catch(String)) },
      );
      expect(row.waMessageId).toBe(waMessageId);
      expect(await sends(waMessageId)).toMatchObject([{ timesReceived: 1 }]);
      const chat = await callStandin(fleet.stack, 'GET', `/users/${customer}/chats/${me}`);
      const arrived = chat.items.filter(({ body, content: { caption } }: any) =>
        [body, caption].includes(step.title),
      );
      expect(arrived).toHaveLength(kinds.indexOf(kind) + 1);
    },
    180_000,
  );
});
