import { workerNodeFlags } from '@wafleet/contracts';
import type { Config } from '../config';
import { linkUrl } from '../worker-link/link-url';
import { createContainerStandstill } from './docker/container/container-standstill';
import { createContainerTrials } from './docker/container/container-trial';
import { createDockerDriver } from './docker/docker-driver';
import { createEngine } from './docker/engine';
import { createWorkerNetwork, linkUrlOn } from './docker/worker-network';
import type { LoginTrial, TrialEngine } from './login-trial';
import type { ProfileFiles } from './profile-files';
import { createProcessDriver } from './process/process-driver';
import { createProcessTrials } from './process/process-trial';
import { createProfileFolders } from './tenant-files/profile-folder';
import { createLoginTrial } from './tenant-files/trial-folder';
import type { WorkerDriver } from './worker-driver';

/** The driver that WORKER_DRIVER names, and what its engine can do with profiles. */
export function createDriver(
  { tenantsDir, worker, link, snapshots }: Pick<Config, 'tenantsDir' | 'worker' | 'link' | 'snapshots'>,
  { instanceId, now }: { instanceId: string; now: () => Date },
): { driver: WorkerDriver; profiles: ProfileFiles; loginTrial: LoginTrial } {
  const { docker, settings } = worker;
  const { browser } = settings;
  const trialOn = (engine: TrialEngine) =>
    createLoginTrial({ tenantsDir, engine, timeoutMs: snapshots.policy.checkMs });
  if (docker === undefined) {
    const { node, bundle, releasesDir } = worker;
    const program = { node, nodeFlags: workerNodeFlags, bundle };
    const driver = createProcessDriver({
      tenantsDir,
      ...program,
      releasesDir,
      settings,
      linkUrl: () => linkUrl(link),
      now,
    });
    return {
      driver,
      profiles: createProfileFolders({ tenantsDir, driver, standstill: null, now }),
      loginTrial: trialOn(createProcessTrials({ ...program, browser })),
    };
  }

  const engine = createEngine({ host: docker.host, now: () => now().getTime() });
  const network = createWorkerNetwork(engine, docker.policy);
  const { image, policy, seccomp, hostTenantsDir = tenantsDir } = docker;
  const template = { instanceId, image, policy, seccomp, hostTenantsDir };
  const driver = createDockerDriver({
    engine,
    template,
    tenantsDir,
    settings,
    linkUrl: async () => {
      const gateway = await network.gateway();
      return docker.linkUrl ?? linkUrlOn(gateway, link.port);
    },
    now,
  });
  const standstill = createContainerStandstill(engine, instanceId);
  return {
    driver,
    profiles: createProfileFolders({ tenantsDir, driver, standstill, now }),
    loginTrial: trialOn(createContainerTrials({ engine, template, browser })),
  };
}
