import { workerExit } from '@wafleet/contracts';
import { ConfigError, runUntilSignal } from '@wafleet/runtime';
import { createWorker } from './app-context';
import { readConfig, type WorkerConfig } from './config';
import { checkLogin } from './whatsapp/check-login';

async function main(): Promise<void> {
  const worker = createWorker(configOrExit());
  process.on('unhandledRejection', (reason) => worker.onStrayFailure(reason));
  process.on('uncaughtExceptionMonitor', (error) => worker.onFatal(error));
  void runUntilSignal().then(() => worker.stop());
  worker.start();
  process.exit(await worker.whenEnded);
}

function configOrExit(): WorkerConfig {
  try {
    return readConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(workerExit.badSettings);
  }
}

const [verb, argument] = process.argv.slice(2);
if (verb === 'check-login') void checkLogin(argument).then((code) => process.exit(code));
else void main();
