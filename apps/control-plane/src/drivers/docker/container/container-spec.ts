import { createHash } from 'node:crypto';
import { isTenantId, workerNodeFlags, type TenantId, type TenantLimits } from '@wafleet/contracts';
import type Docker from 'dockerode';
import { trialFolderName } from '../../tenant-files/trial-folder';
import type { ContainerPolicy } from './container-policy';

/** Where a worker finds its tenant's folder, whatever its place on the machine. */
export const tenantDir = '/tenant';

export const labels = {
  /** Of the installation, so that two on one engine leave each other's workers alone. */
  instance: 'wafleet.instance',
  tenant: 'wafleet.tenant',
  generation: 'wafleet.generation',
  /** Of all that is the same for every worker: another one means that it was made from other settings. */
  spec: 'wafleet.spec',
} as const;

/** What all workers of this installation have in common. */
export interface WorkerTemplate {
  instanceId: string;
  image: string;
  policy: ContainerPolicy;
  /** The seccomp profile as JSON text. */
  seccomp: string;
  /** The folder of tenants as the engine sees it. */
  hostTenantsDir: string;
}

export interface WorkerContainer {
  tenantId: TenantId;
  generation: number;
  user: string;
  /** By its name, or by its id where it must be exactly this one. */
  image: string;
  /** The tenant's own; null: those of the policy. */
  limits: TenantLimits | null;
}

/** One name per tenant: the engine itself sees to it that there is one worker at most. */
export function containerName(instanceId: string, tenantId: TenantId): string {
  return `wafleet-${shortId(instanceId)}-${tenantId}`;
}

/** What the engine is told to run. Nothing secret is in it: whoever may look at containers sees all of it. */
export function containerSpec(
  template: WorkerTemplate,
  worker: WorkerContainer,
): Docker.ContainerCreateOptions {
  const { tenantId, generation } = worker;
  const own = { ...template, image: worker.image, policy: policyWith(template.policy, worker.limits) };
  const common = commonSpec(own);
  return {
    ...common,
    name: containerName(template.instanceId, tenantId),
    // A name of its own would only repeat the container's id in the worker's view.
    Hostname: 'worker',
    User: worker.user,
    Labels: {
      [labels.instance]: template.instanceId,
      [labels.tenant]: tenantId,
      [labels.generation]: String(generation),
      [labels.spec]: specHash(own),
    },
    HostConfig: {
      ...common.HostConfig,
      Mounts: [folderMount(`${template.hostTenantsDir}/${tenantId}`)],
    },
  };
}

/** One name per installation: the engine sees to it that there is one at a time. */
export function trialContainerName(instanceId: string): string {
  return `wafleet-${shortId(instanceId)}-trial`;
}

/** As a worker's, without any network; its folder is that of trials. */
export function trialSpec(
  template: WorkerTemplate,
  trial: { user: string; settings: object },
): Docker.ContainerCreateOptions {
  const common = commonSpec(template);
  return {
    ...common,
    name: trialContainerName(template.instanceId),
    Hostname: 'trial',
    User: trial.user,
    Labels: { [labels.instance]: template.instanceId },
    Cmd: [...(common.Cmd ?? []), 'check-login', JSON.stringify({ folder: tenantDir, ...trial.settings })],
    HostConfig: {
      ...common.HostConfig,
      NetworkMode: 'none',
      // Of 1024 that others have.
      CpuShares: 128,
      Mounts: [folderMount(`${template.hostTenantsDir}/${trialFolderName}/files`)],
    },
  };
}

/** The one folder of the machine that a container sees. */
function folderMount(source: string) {
  return {
    Type: 'bind' as const,
    Source: source,
    Target: tenantDir,
    BindOptions: { Propagation: 'rprivate' as const },
  };
}

function policyWith(policy: ContainerPolicy, limits: TenantLimits | null): ContainerPolicy {
  return {
    ...policy,
    memoryBytes: limits?.memoryBytes ?? policy.memoryBytes,
    cpus: limits?.cpus ?? policy.cpus,
    pids: limits?.pids ?? policy.pids,
  };
}

/** Changes with the image's name, the limits, the hardening and these lines. */
export function specHash(template: WorkerTemplate): string {
  return createHash('sha256')
    .update(JSON.stringify(commonSpec(template)))
    .digest('hex')
    .slice(0, 12);
}

/** The tenant and the generation of a container of ours; null where its labels are not ours. */
export function readLabels(
  instanceId: string,
  found: Record<string, string> | undefined,
): { tenantId: TenantId; generation: number; spec: string } | null {
  const tenantId = found?.[labels.tenant] ?? '';
  const generation = Number(found?.[labels.generation]);
  if (found?.[labels.instance] !== instanceId || !isTenantId(tenantId)) return null;
  if (!Number.isSafeInteger(generation) || generation < 1) return null;
  return { tenantId, generation, spec: found[labels.spec] ?? '' };
}

function commonSpec({ image, policy, seccomp }: WorkerTemplate): Docker.ContainerCreateOptions {
  return {
    Image: image,
    Env: [
      `HOME=${tenantDir}/home`,
      'TMPDIR=/tmp',
      'LANG=C.UTF-8',
      'TZ=UTC',
      `WORKER_SETTINGS_FILE=${tenantDir}/run/worker.json`,
    ],
    Cmd: [...workerNodeFlags, '/app/worker.cjs'],
    Entrypoint: ['node'],
    WorkingDir: tenantDir,
    StopSignal: 'SIGTERM',
    HostConfig: {
      // Supervision restarts: each start is a generation with a token of its own.
      RestartPolicy: { Name: 'no' },
      // Reaps what the browser leaves, and passes the signal to stop on.
      Init: true,
      Memory: policy.memoryBytes,
      // The same number: no swap beside it.
      MemorySwap: policy.memoryBytes,
      NanoCpus: Math.round(policy.cpus * 1e9),
      PidsLimit: policy.pids,
      ShmSize: policy.sharedMemoryBytes,
      // A core would hold the tenant's keys and messages.
      Ulimits: [{ Name: 'core', Soft: 0, Hard: 0 }],
      ReadonlyRootfs: true,
      Tmpfs: { '/tmp': 'rw,nosuid,nodev,noexec,size=64m,mode=1777' },
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges:true', `seccomp=${seccomp}`],
      NetworkMode: policy.network,
      LogConfig: {
        Type: 'json-file',
        Config: { 'max-size': String(policy.logBytes), 'max-file': '2' },
      },
    },
  };
}

function shortId(instanceId: string): string {
  return createHash('sha256').update(instanceId).digest('hex').slice(0, 8);
}
