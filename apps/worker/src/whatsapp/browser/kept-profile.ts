import { LocalAuth } from 'whatsapp-web.js';

/**
 * The library's profile strategy, but `logout` deletes nothing: the library would do it under the live browser
 * (and lose the next link). The session puts the profile into the trash once the browser is proven gone.
 */
export class KeptProfile extends LocalAuth {
  constructor(
    dataPath: string,
    private readonly onBrowserLaunched: () => Promise<void>,
  ) {
    super({ dataPath });
  }

  /** After launch, before the page loads: the moment to get in before the library. Comes again after a logout. */
  override afterBrowserInitialized = () => this.onBrowserLaunched();

  override logout = () => Promise.resolve();
}
