/** Whose stand-in they live on. */
interface OnStandin {
  readonly standin: { readonly controlUrl: string };
}

/** The stand-in's people, driven over its HTTP control as a phone in a hand would be. */
export interface Person {
  readonly number: string;
  scan(qr: string): Promise<void>;
  pair(code: string): Promise<void>;
  unlink(): Promise<void>;
  send(to: string, body: string): Promise<string>;
  /** Makes a group with these people in it, and returns its id. */
  makeGroup(subject: string, members: string[]): Promise<string>;
  chatWith(other: string): Promise<ChatItem[]>;
  /** Linked devices of the account. */
  devices(): Promise<unknown[]>;
  /** As by a second browser with the profile of whoever is connected for this number. */
  openElsewhere(): Promise<void>;
}

export interface ChatItem {
  id: string;
  from: string;
  body: string;
  ack: number;
  timesReceived: number;
}

export async function createPerson(stack: OnStandin, number: string, name: string): Promise<Person> {
  const call = (method: string, path: string, body?: unknown) =>
    request(method, `/users/${number}${path}`, body);
  const request = async (method: string, path: string, body?: unknown): Promise<any> => {
    const response = await fetch(`${stack.standin.controlUrl}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(20_000),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`stand-in: ${method} ${path} answered ${response.status}: ${text}`);
    return text ? JSON.parse(text) : undefined;
  };
  await call('PUT', '', { name });
  return {
    number,
    scan: async (qr) => void (await call('POST', '/scan', { qr })),
    pair: async (code) => void (await call('POST', '/pair', { code })),
    unlink: async () => void (await call('POST', '/unlink', {})),
    send: async (to, body) => (await call('POST', '/send', { to, body })).id,
    makeGroup: async (subject, members) => (await call('POST', '/groups', { subject, members })).id,
    chatWith: async (other) => (await call('GET', `/chats/${other}`)).items,
    devices: async () => (await call('GET', '')).devices,
    openElsewhere: async () => void (await request('POST', '/connections/replace', { number })),
  };
}
