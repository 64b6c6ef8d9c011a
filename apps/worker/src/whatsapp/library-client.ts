import { Client, type ClientOptions } from 'whatsapp-web.js';

/** Methods that the library has and its types leave out. */
type WithInjection = Client & { inject(): Promise<void>; attachEventListeners(): Promise<void> };
const InjectingClient = Client as unknown as new (options: ClientOptions) => WithInjection;

/**
 * The library's client with four of its habits corrected:
 * - it injects anew after every navigation without catching what fails there, which would end the process;
 * - it closes the browser by itself on some states, unawaited; only we end browsers;
 * - it can listen twice to the same page, so that every message comes twice;
 * - it does not tell when the page has loaded.
 */
export class LibraryClient extends InjectingClient {
  private isInitialised = false;

  constructor(
    options: ClientOptions,
    private readonly hooks: {
      onPageLoaded: (version: string) => void;
      onInjected: () => Promise<void>;
      onInjectionFailed: (error: unknown) => void;
    },
  ) {
    super(options);
  }

  override async initialize(): Promise<void> {
    await super.initialize();
    this.isInitialised = true;
  }

  override async inject(): Promise<void> {
    try {
      await super.inject();
      await this.hooks.onInjected();
    } catch (error) {
      if (!this.isInitialised) throw error;
      this.hooks.onInjectionFailed(error);
    }
  }

  override async attachEventListeners(): Promise<void> {
    if (await this.pupPage?.evaluate(markListening)) return;
    await super.attachEventListeners();
  }

  override async getWWebVersion(): Promise<string> {
    const version = await super.getWWebVersion();
    this.hooks.onPageLoaded(version);
    return version;
  }

  override async destroy(): Promise<void> {}
}

/** Runs in the page. True when the library listens to this document already. */
function markListening(): boolean {
  const page = globalThis as { wafleetListening?: boolean };
  const was = page.wafleetListening === true;
  page.wafleetListening = true;
  return was;
}
