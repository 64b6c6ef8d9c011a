import type { Readable } from 'node:stream';
import type { ProfileOwner } from './profile-files';

/** What a browser finds in a profile, without a network. */
export interface LoginFound {
  /** Whom it is linked to; null: nobody, its page would show a code. */
  number: string | null;
  /** Records in the store of its keys. */
  keys: number;
}

/** Starts a browser on a copy of a profile, in a place of its own. One at a time. */
export interface LoginTrial {
  /**
   * Nothing of it is left afterwards.
   * @param tar of the profile
   * @throws LoginTrialError where nothing could be found out, which says nothing of the profile; and what the tar fails with
   */
  run(owner: ProfileOwner, tar: Readable, signal: AbortSignal): Promise<LoginFound>;
  /** Ends and removes what an earlier one has left, whose caller was killed. Repeats do nothing. */
  sweep(): Promise<void>;
}

/** Where the browser of a trial runs: what an engine must be able to do for it. */
export interface TrialEngine {
  /** Runs the worker's `check-login` on the folder; resolves when it has ended, by itself or at the end of its time. */
  run(trial: { owner: ProfileOwner; folder: string; timeoutMs: number }, signal: AbortSignal): Promise<void>;
  /** Ends what runs on the folder, whoever started it; resolves when it is seen to be gone. */
  end(folder: string): Promise<void>;
}

/** One sentence for an operator. */
export class LoginTrialError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LoginTrialError';
  }
}
