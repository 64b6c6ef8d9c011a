import { setTimeout as delay } from 'node:timers/promises';
import type { WorkerSettings } from '@wafleet/contracts';
import { LoginTrialError, type TrialEngine } from '../../login-trial';
import { trialContainerName, trialSpec, type WorkerTemplate } from './container-spec';
import { EngineRefusal, type Engine } from '../engine';

const pollMs = 500;

/** Trials in a container of the workers' image, with their limits and walls, no network, and little of the processors. */
export function createContainerTrials(options: {
  engine: Engine;
  template: WorkerTemplate;
  browser: WorkerSettings['browser'];
}): TrialEngine {
  const { engine, template } = options;
  const name = trialContainerName(template.instanceId);

  return {
    async run({ owner, timeoutMs }, signal) {
      const deadline = Date.now() + timeoutMs;
      const user = owner.osUid ?? `${process.getuid?.()}:${process.getgid?.()}`;
      const spec = trialSpec(template, { user: String(user), settings: { timeoutMs, ...options.browser } });
      try {
        const { id } = await engine.ask(
          'make the container',
          (docker) => docker.createContainer(spec),
          30_000,
        );
        await engine.ask('start the container', (docker) => docker.getContainer(id).start(), 30_000);
      } catch (cause) {
        throw new LoginTrialError('A container could not be started.', { cause });
      }
      while (Date.now() < deadline && !signal.aborted && (await isRunning())) await delay(pollMs);
    },

    async end() {
      try {
        await engine.ask('remove the container', (docker) =>
          docker.getContainer(name).remove({ force: true, v: true }),
        );
      } catch (error) {
        if (!(error instanceof EngineRefusal) || error.status !== 404) throw error;
      }
    },
  };

  async function isRunning(): Promise<boolean> {
    const { State } = await engine.ask('look at the container', (docker) =>
      docker.getContainer(name).inspect(),
    );
    return State.Running;
  }
}
