import type { AlertNotice } from '@wafleet/contracts';

/** A way to reach operators. */
export interface AlertChannel {
  name: 'webhook' | 'email';
  /**
   * Within seconds, and never throws. The same id may come again where an answer was lost: it is the same notice.
   */
  send(id: string, notice: AlertNotice): Promise<Taking>;
}

/**
 * What became of a notice. `refused`: by the other side, which was reached; another notice may be taken. `unreached`:
 * the next one would fare no better. The problem is a sentence without secrets.
 */
export type Taking = { kind: 'taken' } | { kind: 'refused' | 'unreached'; problem: string };
