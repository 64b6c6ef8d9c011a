import { CommanderError } from 'commander';
import { ConfigError, scrub } from '@wafleet/runtime';
import { z } from 'zod';
import { type Config, loadConfig } from './config';
import { exitCodes } from './exit-codes';
import { Failure, Interrupted } from './failure';
import { createProgram, wrongUsage } from './program';
import { createShell } from './shell';
import { createTerminal, type Terminal } from './terminal/terminal';

/** Does what the arguments say and resolves with the exit code. Whatever goes wrong is told in words. */
export async function run(words: readonly string[], signal: AbortSignal): Promise<number> {
  const asJson = words.includes('--json');
  let config: Config;
  try {
    config = loadConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return tell(
      createTerminal({ wantsColour: false }),
      new Failure('usage', { title: error.message }),
      asJson,
    );
  }
  const terminal = createTerminal(config);
  const shell = createShell(config, terminal, signal);
  try {
    await createProgram(shell).parseAsync(words.length === 0 ? ['help'] : words, { from: 'user' });
    return shell.exitCode();
  } catch (error) {
    // It has said what is wrong itself; asking for help is no mistake.
    if (error instanceof CommanderError)
      return error.exitCode === 0 || error.code === 'commander.help' ? 0 : exitCodes.usage.code;
    if (error instanceof Interrupted || signal.aborted) return interrupted(terminal, words);
    return tell(terminal, asFailure(error), asJson);
  }
}

/** Ctrl-C is how what watches and follows is ended; anything else was cut short. */
function interrupted(terminal: Terminal, words: readonly string[]): number {
  terminal.progress(null);
  const isItsEnd =
    words.some((word) => /^(-\w*[wf]\w*|--watch|--follow)$/.test(word)) || words[0] === 'events';
  if (isItsEnd) return exitCodes.done.code;
  terminal.err('Interrupted. What was asked for goes on by itself.');
  return exitCodes.interrupted.code;
}

function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof z.ZodError) return wrongUsage(error);
  return new Failure('failed', {
    title: 'Something went wrong in wafleet itself.',
    detail: scrub(error instanceof Error ? error.message : String(error)),
    action: 'Repeat it; if it stays, report it with the archive of: wafleet doctor --bundle',
  });
}

function tell(terminal: Terminal, { told, exitCode }: Failure, asJson: boolean): number {
  terminal.progress(null);
  if (asJson) terminal.err(JSON.stringify({ error: { ...told, exitCode } }));
  else
    terminal.err(
      [told.title, told.detail, told.action && `→ ${told.action}`]
        .filter((line) => line !== undefined)
        .join('\n'),
    );
  return exitCode;
}
