import type { Logger } from '@wafleet/runtime';
import type { ConnectFailure } from './connect-failure';
import type { Forwarder } from './forwarder';

/** The tenant's proxy, as the browser's owner sees it. */
export interface ProxyAccess {
  /** The port of 127.0.0.1 that the browser takes for its proxy; listens from the first call on. */
  port(): Promise<number>;
  /** Why WhatsApp can't be reached by way of the proxy, or null when it can. Answers within seconds. */
  failure(): Promise<ConnectFailure | null>;
  stop(): Promise<void>;
}

const whatsapp = { host: 'web.whatsapp.com', port: 443 };
const checkMs = 3_000;
const connectMs = 10_000;

/** Nothing is loaded or opened before it is needed, so that tenants without a proxy pay nothing for it. */
export function createProxyAccess({ proxyUrl, log }: { proxyUrl: string; log: Logger }): ProxyAccess {
  let opening: Promise<{ forwarder: Forwarder; port: number }> | null = null;

  /** One that failed is tried again. */
  const opened = () => {
    opening ??= open().catch((error: unknown) => {
      opening = null;
      throw error;
    });
    return opening;
  };

  async function open() {
    const { Forwarder } = await import('./forwarder.js');
    const forwarder = new Forwarder({ proxyUrl: new URL(proxyUrl), connectMs, log });
    return { forwarder, port: await forwarder.listen() };
  }

  return {
    port: async () => (await opened()).port,
    failure: async () => (await opened()).forwarder.check(whatsapp, checkMs),
    stop: async () => (await opening?.catch(() => null))?.forwarder.stop(),
  };
}
