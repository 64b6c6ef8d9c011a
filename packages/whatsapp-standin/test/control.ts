import type { userView } from '../src/control/views';
import type { Standin } from '../src/standin';

export interface Answer {
  status: number;
  body: unknown;
}

type UserView = ReturnType<typeof userView>;

export interface Item {
  id: string;
  from: string;
  body: string;
  content: object;
  ack: number;
  changes: { change: object }[];
  forwardingScore: number;
  timesReceived: number;
}

export interface SendItem {
  id: string;
  timesReceived: number;
  timesRepeated: number;
  change?: { kind: string; targetId: string };
}

/** The stand-in's HTTP control, as its users call it. */
export class Control {
  constructor(private readonly standin: Standin) {}

  async ask(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(`${this.standin.controlUrl}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
      signal: AbortSignal.timeout(20_000),
    });
    return { status: response.status, body: await response.json() };
  }

  /** As ask(), for what must succeed. */
  async must<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.ask(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body as T;
  }

  async addUsers(...numbers: string[]): Promise<void> {
    for (const number of numbers) await this.must('PUT', `/users/${number}`, { name: `User ${number}` });
  }

  async sendFromPhone(from: string, to: string, body: string): Promise<string> {
    return (await this.must<{ id: string }>('POST', `/users/${from}/send`, { to, body })).id;
  }

  async chat(one: string, other: string): Promise<Item[]> {
    return (await this.must<{ items: Item[] }>('GET', `/users/${one}/chats/${other}`)).items;
  }

  async devices(number: string): Promise<UserView['devices']> {
    return (await this.must<UserView>('GET', `/users/${number}`)).devices;
  }

  /** What the account's linked devices have sent, before duplicates are dropped. */
  async sends(number: string): Promise<SendItem[]> {
    return (await this.must<{ items: SendItem[] }>('GET', `/sends?number=${number}`)).items;
  }

  async faults(faults: object, number?: string): Promise<void> {
    await this.must('POST', '/faults', { ...(number ? { number } : {}), faults });
  }
}
