import type { Reason, WorkerSettings } from '@wafleet/contracts';
import type { Logger } from '@wafleet/runtime';
import type { ClientEvent, WhatsappClient } from '../whatsapp/whatsapp-client';
import type { SessionListener } from './session-listener';

export interface SessionOptions {
  settings: Pick<WorkerSettings, 'deadlines' | 'reconnect' | 'takeOver' | 'hasLogin'>;
  libraryVersion: string;
  createClient: (onEvent: (event: ClientEvent) => void) => WhatsappClient;
  profile: {
    /** What must hold before a browser may open: the reason why not, or null. */
    check: (hasLogin: boolean) => Promise<Failure | null>;
    /** Why a profile that held a login shows none; `sign` says how that was seen. */
    explainLostLogin: (sign: string) => Promise<Failure>;
    /** Moves it to the trash. */
    discard: (as: 'used' | 'damaged') => Promise<void>;
  };
  now: () => number;
  random: () => number;
  log: Logger;
  listener: SessionListener;
}

/** A reason with its particulars. */
export interface Failure {
  reason: Reason;
  detail: string | null;
}
