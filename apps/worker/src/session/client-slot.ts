import type { ClientEvent, WhatsappClient } from '../whatsapp/whatsapp-client';

type Create = (onEvent: (event: ClientEvent) => void) => WhatsappClient;

/** Holds the one client there is; what an older one still says is not heard. */
export class ClientSlot {
  current: WhatsappClient | null = null;
  private ends: Promise<void> = Promise.resolve();
  private underWay = 0;

  constructor(private readonly create: Create) {}

  /** A new client, not yet opened. */
  fill(onEvent: (event: ClientEvent) => void): WhatsappClient {
    const client = this.create((event) => {
      if (this.current === client) onEvent(event);
    });
    this.current = client;
    return client;
  }

  /**
   * Ends the client, then does `afterwards`; ends run one after the other.
   * @returns whether no other end is under way any more
   * @throws BrowserSurvivedError
   */
  async empty(ask: boolean, afterwards: () => Promise<void>): Promise<boolean> {
    const client = this.current;
    this.current = null;
    this.underWay += 1;
    this.ends = this.ends.then(async () => {
      await client?.end({ ask });
      await afterwards();
    });
    await this.ends;
    this.underWay -= 1;
    return this.underWay === 0;
  }
}
