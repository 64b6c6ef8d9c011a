import { ConfigError, createLogger, runUntilSignal } from '@wafleet/runtime';
import { startApp } from './app';
import { loadConfig } from './config';

async function main(): Promise<void> {
  const config = loadConfig();
  const app = await startApp(config, createLogger({ name: 'control-plane', level: config.logLevel }));
  const failed = app.active.then(() => new Promise<never>(() => undefined));
  // Whoever lost the lock may write nothing more, not even an orderly end.
  void app.lostLeadership.then(() => process.exit(1));
  const parentGone = config.parentPipe ? endOfInput() : new Promise<never>(() => undefined);
  const signal = await Promise.race([runUntilSignal(), parentGone, failed]);
  await app.stop({ stopWorkers: config.stopWorkersOnExit && signal !== undefined });
}

/** The pipe of the process that started us closes when that process ends, however it ends. */
function endOfInput(): Promise<undefined> {
  return new Promise((resolve) => {
    process.stdin.once('close', () => resolve(undefined)).resume();
  });
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    const text = error instanceof ConfigError ? error.message : error instanceof Error ? error.stack : error;
    process.stderr.write(`${String(text)}\n`);
    process.exit(1);
  },
);
