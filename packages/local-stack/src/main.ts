import { ConfigError } from '@wafleet/runtime';
import { type Config, loadConfig } from './config';
import { runDemo } from './demo/run-demo';
import { demoGuide, startGuide } from './guide';
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
    if (command === 'demo') await playDemo(stack, config, progress, stopping.signal);
    else if (!stopping.signal.aborted) progress.say(startGuide(stack.access, config.DATA_DIR));
    await interrupted;
    return 0;
  } finally {
    progress.step('Stopping (Ctrl-C again: at once)');
    await stack.stop();
    progress.step('Everything is stopped');
  }
}

async function playDemo(
  stack: LocalStack,
  config: Config,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  try {
    await runDemo(stack.access, progress, signal);
    progress.say(demoGuide(stack.access, config.DATA_DIR));
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
