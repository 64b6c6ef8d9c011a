/** The phones of the stand-in's network. */
export class Phones {
  constructor(private readonly controlUrl: string) {}

  async add(number: string, name: string): Promise<void> {
    await this.call('PUT', `/users/${number}`, { name });
  }

  async scan(number: string, qr: string): Promise<void> {
    await this.call('POST', `/users/${number}/scan`, { qr });
  }

  async pair(number: string, code: string): Promise<void> {
    await this.call('POST', `/users/${number}/pair`, { code });
  }

  async unlink(number: string, mode: 'navigate' | 'unpaired' = 'navigate'): Promise<void> {
    await this.call('POST', `/users/${number}/unlink`, { mode });
  }

  async devices(number: string): Promise<{ online: boolean }[]> {
    return ((await this.call('GET', `/users/${number}`)) as { devices: { online: boolean }[] }).devices;
  }

  /** The message's id. */
  async send(from: string, to: string, body: string): Promise<string> {
    return ((await this.call('POST', `/users/${from}/send`, { to, body })) as { id: string }).id;
  }

  /** As send(), for what is more than a text. */
  async sendContent(from: string, to: string, content: object): Promise<string> {
    return ((await this.call('POST', `/users/${from}/send`, { to, content })) as { id: string }).id;
  }

  async chat(
    number: string,
    other: string,
  ): Promise<{ id: string; from: string; body: string; ack: number }[]> {
    const answer = await this.call('GET', `/users/${number}/chats/${other}`);
    return (answer as { items: { id: string; from: string; body: string; ack: number }[] }).items;
  }

  /** What the other phone has of it: its content and what became of it. */
  async received(number: string, other: string, id: string): Promise<Record<string, unknown> | undefined> {
    const answer = await this.call('GET', `/users/${number}/chats/${other}`);
    return (answer as { items: { id: string }[] }).items.find((one) => one.id === id);
  }

  async chatStates(number: string): Promise<{ chat: string; state: string }[]> {
    const answer = await this.call('GET', `/chat-states?number=${number}`);
    return (answer as { items: { chat: string; state: string }[] }).items;
  }

  async fail(faults: Record<string, unknown>): Promise<void> {
    await this.call('POST', '/faults', { faults });
  }

  async mend(): Promise<void> {
    await this.call('DELETE', '/faults');
  }

  async dropConnections(): Promise<void> {
    await this.call('POST', '/connections/drop', {});
  }

  /** Pages that are linked meet it as a second browser with their profile would make them. */
  async replaceConnections(): Promise<void> {
    await this.call('POST', '/connections/replace', {});
  }

  /** Pages that are connected load anew. */
  async reloadPages(): Promise<void> {
    await this.call('POST', '/pages/reload', {});
  }

  /** Pages that are connected take another address, as by a click in them. */
  async navigatePages(): Promise<void> {
    await this.call('POST', '/pages/navigate', {});
  }

  /** Pages that are connected write to their console, or fail with an error that nobody catches. */
  async letPagesSay(how: 'log' | 'warn' | 'error' | 'throw', words: string, value?: unknown): Promise<void> {
    await this.call('POST', '/pages/say', { how, words, value });
  }

  /** Pages that are connected take heap until they die of it. */
  async exhaustPages(): Promise<void> {
    await this.call('POST', '/pages/allocate', {});
  }

  private async call(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${this.controlUrl}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }
}
