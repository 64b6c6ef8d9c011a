import { request, type RequestOptions } from 'node:http';
import { type Finding, findingsOf } from '../finding';
import type { Machine } from '../machine';

const { well, broken } = findingsOf('engine');
const answerTimeoutMs = 5_000;
/** As the driver marks its containers. */
const tenantLabel = 'wafleet.tenant';

/** Where workers are containers: whether the engine answers, and has their image. */
export async function checkEngine({ settings }: Machine): Promise<Finding[]> {
  const { driver, dockerHost, workerImage } = settings;
  if (driver !== 'docker') return [];
  const version = await ask(dockerHost, '/version').catch((error: NodeJS.ErrnoException) => error);
  if (version instanceof Error)
    return [
      broken(`The engine at ${dockerHost} can't be asked (${version.code ?? version.message}).`, {
        mend:
          version.code === 'EACCES'
            ? 'Run this as root or as a member of the group docker'
            : 'systemctl start docker, or correct DOCKER_HOST',
      }),
    ];
  const image = await ask(dockerHost, `/images/${encodeURIComponent(workerImage)}/json`);
  return [
    version.status === 200
      ? well(`The engine at ${dockerHost} answers`)
      : broken(`The engine at ${dockerHost} answers with ${version.status}.`, { mend: 'docker version' }),
    image.status === 200
      ? well(`The engine has ${workerImage}`)
      : broken(`The engine lacks the image of workers, ${workerImage}.`, {
          mend: `docker pull ${workerImage}, or build it; or correct WORKER_IMAGE`,
        }),
  ];
}

/** Tenants whose worker runs in a container of this machine's engine, where workers are containers. @throws Error where it can't be asked */
export async function findWorkerContainers({
  driver,
  dockerHost,
}: Pick<Machine['settings'], 'driver' | 'dockerHost'>): Promise<string[]> {
  if (driver !== 'docker') return [];
  const { status, body } = await ask(dockerHost, '/containers/json');
  if (status !== 200) throw new Error(`The engine at ${dockerHost} answers with ${status}`);
  const containers = JSON.parse(body) as { Labels?: Record<string, string> }[];
  return containers.flatMap(({ Labels }) => Labels?.[tenantLabel] ?? []);
}

function ask(dockerHost: string, path: string): Promise<{ status: number; body: string }> {
  const url = new URL(dockerHost);
  const target: RequestOptions =
    url.protocol === 'unix:'
      ? { socketPath: decodeURIComponent(url.pathname) }
      : { host: url.hostname, port: url.port };
  return new Promise((resolve, reject) => {
    const call = request({ ...target, path, timeout: answerTimeoutMs }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
      );
    });
    call.once('timeout', () => call.destroy(new Error('no answer')));
    call.once('error', reject);
    call.end();
  });
}
