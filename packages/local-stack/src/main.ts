import { ConfigError } from '@wafleet/runtime';
import { type Config, loadConfig } from './config';
import { letInDemoOwner, runDemo } from './demo/run-demo';
import { demoGuide, signInGuide, startGuide } from './guide';
import { letInFirstAdmin } from './stack/let-in';
import { type LocalStack, startLocalStack } from './stack/local-stack';
import { createProgress, type Progress } from './stack/progress';
import { StackError } from './stack-error';

/** `node main.js start|demo`: everything on this machine, until a signal. */
run(process.argv[2]).then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    const isExpected = error instanceof StackError || error instanceof ConfigError;
    process.stderr.write(`\n${isExpected ? error.message : String((error as Error)?.stack ?? error)}\n`);
    process.exit(1);
  },
);

async function run(command: string | undefined): Promise<number> {
  if (command !== 'start' && command !== 'demo') throw new ConfigError('Say start or demo.');
  const config = loadConfig();
  const progress = createProgress(config.COMMAND_STARTED_AT, (line) => process.stdout.write(line));
  const stopping = new AbortController();
  const running: { stack?: LocalStack } = {};
  const interrupted = onSignal(stopping, () => running.stack?.kill());
  void interrupted.then(() => {
    if (!running.stack) progress.step('Stopping when this step is done (Ctrl-C again: at once)');
  });

  const stack = await startLocalStack(config, { withStandin: command === 'demo', progress });
  running.stack = stack;
  try {
    if (command === 'demo') await playDemo(stack, progress, stopping.signal);
    const signIn = await letPeopleIn(command, stack, config, stopping.signal);
    const guide = command === 'demo' ? demoGuide : startGuide;
    if (!stopping.signal.aborted) progress.say(`${guide(stack.access, config.DATA_DIR)}\n${signIn}`);
    await interrupted;
    return 0;
  } finally {
    progress.step('Stopping (Ctrl-C again: at once)');
    await stack.stop();
    progress.step('Everything is stopped');
  }
}

/** What to say of it: once, because passwords are kept nowhere. Everything else runs without it, so nothing ends by it. */
async function letPeopleIn(
  command: 'start' | 'demo',
  { access }: LocalStack,
  config: Config,
  signal: AbortSignal,
): Promise<string> {
  try {
    const admin = await letInFirstAdmin(access, config.FIRST_ADMIN_EMAIL, signal);
    const owner = command === 'demo' ? await letInDemoOwner(access, signal) : null;
    return signInGuide({ admin, owner });
  } catch (error) {
    return `Nobody new can sign in; the next start tries again (${(error as Error).message}).\n`;
  }
}

async function playDemo({ access }: LocalStack, progress: Progress, signal: AbortSignal): Promise<void> {
  try {
    await runDemo(access, progress, signal);
  } catch (error) {
    // A person who stops the demo half-way has not met an error.
    if (!signal.aborted) throw error;
  }
}

/**
 * Resolves with the first stop signal, or when nobody reads what we print any more; a second signal kills what is left
 * and ends this process.
 */
function onSignal(stopping: AbortController, kill: () => void): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      stopping.abort();
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (!stopping.signal.aborted) return stop();
        kill();
        process.exit(130);
      });
    }
    process.stdout.on('error', stop);
    process.stderr.on('error', stop);
  });
}
