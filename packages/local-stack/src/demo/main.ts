import { ConfigError } from '@wafleet/runtime';
import { signInGuide } from '../guide';
import { waitFor } from '../processes/wait-for';
import { letInFirstAdmin } from '../stack/let-in';
import { createProgress } from '../stack/progress';
import { isReady } from '../stack/ready';
import { StackError } from '../stack-error';
import { loadDemoConfig } from './config';
import { letInDemoOwner, runDemo } from './run-demo';

const readyTimeoutMs = 120_000;

/** Plays the demo on a stack that others started, and ends. Repeats find its tenants and add none. */
run().catch((error: unknown) => {
  const isExpected = error instanceof StackError || error instanceof ConfigError;
  process.stderr.write(`${isExpected ? error.message : String((error as Error)?.stack ?? error)}\n`);
  process.exit(1);
});

async function run(): Promise<void> {
  const { access, firstAdminEmail } = loadDemoConfig();
  const progress = createProgress(Date.now(), (line) => process.stdout.write(line));
  const { signal } = new AbortController();
  if (!(await waitFor(() => isReady(access.controlPlaneUrl), readyTimeoutMs, 250)))
    throw new StackError(`The control plane was not ready within ${readyTimeoutMs / 1000} s.`);
  await runDemo(access, progress, signal);
  const admin = await letInFirstAdmin(access, firstAdminEmail, signal);
  const owner = await letInDemoOwner(access, signal);
  progress.say(`\n${signInGuide({ admin, owner })}`);
}
