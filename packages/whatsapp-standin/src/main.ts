import { ConfigError, createLogger, runUntilSignal } from '@wafleet/runtime';
import { loadConfig, portTakenMessage } from './config';
import { PortTakenError, createStandin } from './standin';
import { StateFileError } from './state/state-store';

const log = createLogger({ name: 'whatsapp-standin' });

run().catch((error: unknown) => {
  const told = error instanceof PortTakenError ? portTakenMessage(error) : error;
  if (told instanceof ConfigError || told instanceof StateFileError) {
    process.stderr.write(`${told.message}\n`);
    process.exit(78);
  }
  log.fatal({ err: told }, 'stand-in failed');
  process.exit(1);
});

async function run(): Promise<void> {
  const standin = createStandin({ ...loadConfig(), log });
  await standin.start();
  log.info({ controlUrl: standin.controlUrl, browserArgs: standin.browserArgs }, 'stand-in started');
  const signal = await runUntilSignal();
  await standin.stop();
  log.info({ signal }, 'stand-in stopped');
}
