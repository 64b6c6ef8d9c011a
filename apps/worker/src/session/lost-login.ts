import type { ClientEvent, WhatsappClient } from '../whatsapp/whatsapp-client';
import type { Failure, SessionOptions } from './session-options';

/**
 * Looks for the signs that a profile lost its login. A code is not shown before it is known that the login can't be had
 * back otherwise. Each client is judged once, however many signs it gives.
 */
export class LostLogin {
  private judged: WhatsappClient | null = null;

  constructor(
    private readonly options: {
      explain: SessionOptions['profile']['explainLostLogin'];
      onExplained: (failure: Failure, client: WhatsappClient | null) => void;
    },
  ) {}

  /** Whether the event is such a sign: it is judged here then, and must not be heard elsewhere. */
  takes(event: ClientEvent, client: WhatsappClient | null, hasLogin: boolean): boolean {
    const sign = signOfLostLogin(event, hasLogin);
    if (sign === null) return false;
    if (this.judged !== client) {
      this.judged = client;
      void this.options.explain(sign).then((failure) => this.options.onExplained(failure, client));
    }
    return true;
  }
}

function signOfLostLogin(event: ClientEvent, hasLogin: boolean): string | null {
  if (event.kind === 'qr' && hasLogin) return 'the page asks for a scan';
  if (event.kind === 'failed' && event.reason === 'profile_corrupt')
    return event.detail ?? 'the page has no store';
  return null;
}
