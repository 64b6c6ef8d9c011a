import { type ExitName, exitCodes } from './exit-codes';

/** An end that a person is told in words: what is wrong, the particulars, and what to do next. */
export class Failure extends Error {
  readonly exitCode: number;

  constructor(
    exit: ExitName,
    readonly told: { title: string; detail?: string | undefined; action?: string | undefined; code?: string },
  ) {
    super(told.title);
    this.name = 'Failure';
    this.exitCode = exitCodes[exit].code;
  }
}

/** Ctrl-C while something was waited for. */
export class Interrupted extends Error {}
