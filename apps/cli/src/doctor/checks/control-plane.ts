import { healthSchema, type Problem } from '@wafleet/contracts';
import { createApi } from '../../connection/api';
import { type Finding, findingsOf } from '../finding';
import type { Machine } from '../machine';

const { well, note, warning, broken } = findingsOf('control plane');

/** What it says of itself, and how many tenants need somebody. */
export async function checkControlPlane({ access, isRunning }: Machine): Promise<Finding[]> {
  if (access === null)
    return [note('No control plane is known.', { mend: 'npm start, or set WAFLEET_URL and WAFLEET_KEY' })];
  const response = await fetch(`${access.url}/readyz`, { signal: AbortSignal.timeout(10_000) }).catch(
    () => null,
  );
  if (response === null)
    return [
      broken(`The control plane does not answer at ${access.url}.`, {
        mend: isRunning ? 'See its log: tail data/logs/control-plane.log' : 'npm start, or start its service',
      }),
    ];
  const body: unknown = await response.json().catch(() => null);
  const health = healthSchema.safeParse(body).data;
  if (health === undefined)
    return [
      broken(
        `${access.url} is no control plane of Wafleet, or a broken one: it answered ${response.status}.`,
        {
          mend: 'See who listens there: ss -ltnp',
        },
      ),
    ];
  const unwell = health.components.filter(({ isWell }) => !isWell);
  return [
    health.isReady
      ? well('The control plane is ready')
      : broken(`The control plane is not ready: ${(body as Partial<Problem>).title ?? health.role}`, {
          mend: (body as Partial<Problem>).action ?? 'See its log',
        }),
    ...unwell.map(({ name, problem, solution }) =>
      broken(problem ?? `${name} is not well.`, {
        about: name,
        ...(solution === null ? {} : { mend: solution }),
      }),
    ),
    ...(health.isReady ? await findAlerts(access) : []),
  ];
}

async function findAlerts(access: NonNullable<Machine['access']>): Promise<Finding[]> {
  const { client } = createApi(access);
  const query = { open: 'true' as const, limit: 200 };
  const { data, response } = await client.GET('/admin/alerts', { params: { query } });
  if (data === undefined)
    return [
      warning(`The control plane refuses our key (${response.status}).`, {
        mend: 'Set WAFLEET_KEY to an operator’s key, or restart Wafleet, which writes access.json anew',
      }),
    ];
  const tenants = data.items.filter(({ tenant }) => tenant !== null).length;
  return tenants === 0
    ? [well('No tenant needs a person')]
    : [
        warning(`${tenants} tenants need a person.`, {
          mend: 'wafleet alerts, then wafleet status <tenant>',
        }),
      ];
}
