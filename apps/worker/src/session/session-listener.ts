import type { SessionSnapshot } from '@wafleet/contracts';
import type { PageMessage } from '../whatsapp/whatsapp-chats';
import type { Probe } from '../whatsapp/whatsapp-client';
import type { SessionModel } from './machine/session-model';

export interface SessionListener {
  /** The whole truth, after each change of it. */
  onChange(snapshot: SessionSnapshot): void;
  /** Each step of the machine that leads on, also those that pass within a moment; what it does about it comes next. */
  onTransition(session: SessionModel): void;
  onProbe(probe: Probe): void;
  onMessage(message: PageMessage): void;
  onAck(message: PageMessage, ack: number): void;
  onUpdate(message: PageMessage): void;
  /**
   * The page became ready, for the first time or again.
   * @param answeredBefore where the session was connected all the time, as when a page is loaded anew: when the page
   * before last answered
   */
  onReady(answeredBefore: number | null): void;
  /** The browser is gone and nothing more will happen here. */
  onEnd(exitCode: number): void;
  /** A browser can't be proven gone; only the end of this process by others can help. */
  onSurvivor(error: unknown): void;
}
