import type { Tenant } from '@wafleet/contracts';
import type { z } from 'zod';
import type { Config } from '../config';
import type { Api } from '../connection/api';
import type { Terminal } from '../terminal/terminal';

/** One verb of the command line: how it is called, what it prints, and what it does. */
export interface Verb<Input extends z.ZodType = z.ZodType> {
  /** As help shows it: `status <tenant>`; of a group `keys list`. */
  usage: string;
  summary: string;
  /** What else help says, with examples. */
  details?: string;
  /** Options as commander reads them, with their sentences. */
  options?: readonly (readonly [flags: string, sentence: string])[];
  /** Arguments and options by their names; what it refuses is wrong usage. */
  input: Input;
  /** What `--json` prints: once, or with `--watch` and `--follow` a line at a time. */
  json: z.ZodType;
  /** It can be shown again and again (`--watch`). */
  isWatchable?: boolean;
  /** It may wait for what it began (`--timeout`, `--no-wait`). */
  waits?: boolean;
  /** It can't be undone: asks, unless `--yes`. */
  asks?: boolean;
  /** What follows its first argument is another program's. */
  passesOptions?: boolean;
  /** Help does not list it. */
  isHidden?: boolean;
  run(context: Context, input: z.output<Input>): Promise<Shown | null>;
}

/** What a verb has to say; null where it printed line by line. */
export interface Shown {
  data: unknown;
  /** Null where everything has been printed. */
  text: string | null;
  exitCode?: number;
}

/** What verbs work with. */
export interface Context {
  config: Config;
  terminal: Terminal;
  /** Ctrl-C. */
  signal: AbortSignal;
  /** @throws Failure where no key is known */
  api(): Api;
  findTenant(called: string): Promise<Tenant>;
  /** A line of an endless output: `data` with `--json`, else `text`. */
  line(data: unknown, text: string): void;
  /** What takes its time; null when it is over. Nothing with `--json`. */
  progress(text: string | null): void;
  /** A remark beside the result. Nothing with `--json`. */
  remark(text: string): void;
  /**
   * Says what will be done and what stays, and goes on with a yes, or where it says so with another word.
   * @throws Failure where nobody says yes, or nobody can be asked
   */
  confirm(plan: { does: string; keeps: string; word?: string }): Promise<void>;
  /** `--json` */
  asJson: boolean;
  /** `--timeout`, in ms; 0 with `--no-wait`. */
  waitMs: number;
}

export function defineVerb<Input extends z.ZodType>(verb: Verb<Input>): Verb {
  return verb;
}
