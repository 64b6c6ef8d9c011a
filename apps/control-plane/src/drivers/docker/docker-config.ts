import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ConfigError } from '@wafleet/runtime';
import { z } from 'zod';
import { json } from '../../json-setting';
import { repository } from '../../repository';
import { systemErrorCode } from '../../system-error';
import { containerPolicySchema } from './container/container-policy';

/** The part of the environment that is read where WORKER_DRIVER is docker. */
export const dockerSettings = {
  /** The engine: its socket, or an address that only this control plane reaches. */
  DOCKER_HOST: z
    .url({ protocol: /^(unix|http|tcp)$/, error: 'must be unix:///… or http://host:port' })
    .default('unix:///var/run/docker.sock'),
  /** The image of workers, by a name that the engine has. */
  WORKER_IMAGE: z.string().min(1).max(255).default('wafleet/worker:latest'),
  /** How containers are made, as JSON; see drivers/docker/container/container-policy.ts. */
  WORKER_CONTAINER: json(containerPolicySchema.prefault({})),
  /** The folder of tenants as the engine sees it, where that is not TENANTS_DIR: we may be in a container ourselves. */
  HOST_TENANTS_DIR: z.string().startsWith('/', 'must be an absolute path').optional(),
  /** Where workers find us; the workers' network and LINK_PORT when absent. */
  WORKER_LINK_URL: z.url({ protocol: /^wss?$/, error: 'must be a ws:// or wss:// address' }).optional(),
  /** The seccomp profile of worker containers: it must allow what Chromium builds its sandbox of. */
  WORKER_SECCOMP: z.string().default(join(repository, 'docker/seccomp.json')),
};

/** @throws ConfigError where the profile can't be used */
export function readDockerConfig(env: z.output<z.ZodObject<typeof dockerSettings>>) {
  return {
    host: env.DOCKER_HOST.replace(/^tcp:/, 'http:'),
    image: env.WORKER_IMAGE,
    policy: env.WORKER_CONTAINER,
    hostTenantsDir: env.HOST_TENANTS_DIR,
    linkUrl: env.WORKER_LINK_URL,
    seccomp: readProfile(resolve(env.WORKER_SECCOMP)),
  };
}

function readProfile(path: string): string {
  try {
    // Without the layout, because it is sent with every start.
    return JSON.stringify(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    const why = cause instanceof SyntaxError ? 'it is not JSON' : systemErrorCode(cause);
    throw new ConfigError(`WORKER_SECCOMP can't be read (${why}).`);
  }
}
