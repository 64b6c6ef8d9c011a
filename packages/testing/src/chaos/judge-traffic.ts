import type { LinkedTenant } from '../faults/linked-tenants';

/** One chat of a tenant with one person. */
export interface ChatTraffic {
  tenant: LinkedTenant;
  person: string;
  /** What the person sent, in that order. */
  told: string[];
  /** What the API accepted, in that order. */
  accepted: { id: string; body: string }[];
}

export interface TrafficVerdict {
  inbound: number;
  outbound: number;
  /** What is wrong, each with the message it is about; empty when every promise was kept. */
  broken: string[];
  /** Accepted messages of which it is not known whether they arrived; in which window that was; and whether they did. */
  uncertain: { body: string; window: string; hasArrived: boolean }[];
}

export interface StoredMessage {
  id: string;
  direction: string;
  status: string;
  body: string;
  error_code: string | null;
}

/**
 * Every message that was sent to a tenant is stored once; every accepted one is at the person once, in the order of
 * acceptance, or UNCERTAIN; and nothing was sent to WhatsApp twice, not even under one id. What a page repeats by itself, because it
 * lost its connection before the answer, is no second send.
 */
export function judgeTraffic(
  chats: readonly ChatTraffic[],
  stored: readonly StoredMessage[],
  atPhones: ReadonlyMap<string, readonly { id: string; body: string; timesReceived: number }[]>,
): TrafficVerdict {
  const broken: string[] = [];
  const uncertain: TrafficVerdict['uncertain'] = [];
  const cameIn = countOf(stored.filter(({ direction }) => direction === 'INBOUND').map(({ body }) => body));
  const rows = new Map(stored.map((row) => [row.id, row]));
  for (const { person, told, accepted } of chats) {
    for (const body of told) {
      const times = cameIn.get(body) ?? 0;
      if (times !== 1) broken.push(`in: "${body}" is stored ${times} times`);
    }
    const arrived = atPhones.get(person) ?? [];
    const timesArrived = countOf(arrived.map(({ body }) => body));
    for (const { body, timesReceived } of arrived)
      if (timesReceived !== 1) broken.push(`out: "${body}" reached WhatsApp ${timesReceived} times`);
    for (const { id, body } of accepted) {
      const { status = 'lost', error_code: window = null } = rows.get(id) ?? {};
      const times = timesArrived.get(body) ?? 0;
      if (times > 1) broken.push(`out: "${body}" is at the person ${times} times`);
      if (status === 'UNCERTAIN')
        uncertain.push({ body, window: window ?? 'unnamed', hasArrived: times > 0 });
      else if (times === 0) broken.push(`out: "${body}" is ${status} and not at the person`);
      else if (!reached.includes(status)) broken.push(`out: "${body}" is at the person and ${status}`);
    }
    const order = accepted.map(({ body }) => body).filter((body) => timesArrived.has(body));
    const seen = [...timesArrived.keys()];
    const at = order.findIndex((body, index) => body !== seen[index]);
    if (at >= 0) broken.push(`out: "${seen[at]}" arrived where "${order[at]}" was due`);
  }
  return {
    inbound: chats.reduce((sum, { told }) => sum + told.length, 0),
    outbound: chats.reduce((sum, { accepted }) => sum + accepted.length, 0),
    broken,
    uncertain,
  };
}

const reached = ['SENT', 'DELIVERED', 'READ'];

/** In the order of the first of each. */
function countOf(bodies: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const body of bodies) counts.set(body, (counts.get(body) ?? 0) + 1);
  return counts;
}
