import type { Health } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import { withDeadline } from '@wafleet/runtime';

/** What the state of this control plane is read from. */
export interface HealthSources {
  db: Database;
  isActive: () => boolean;
  jobs: { isReachable(): boolean };
  supervisor: { hearsFleet(): boolean };
}

const answerTimeoutMs = 1_500;

/** Which component is well, and what to do where one is not. Answers within two seconds. */
export async function readHealth({ db, isActive, jobs, supervisor }: HealthSources): Promise<Health> {
  const isDatabaseWell = await withDeadline(db.$queryRaw`SELECT 1`, answerTimeoutMs, 'database').then(
    () => true,
    () => false,
  );
  const isLeader = isActive();
  const components = [
    component('database', isDatabaseWell, {
      problem: 'The database does not answer.',
      solution: 'Start it, or correct DATABASE_URL.',
    }),
    component('queue', !isLeader || jobs.isReachable(), {
      problem: 'The job queue does not answer; what is due is done by sweeps, later.',
      solution: 'Start its Redis or Postgres, or correct REDIS_URL.',
    }),
    component('workers', supervisor.hearsFleet(), {
      problem: 'More than a fifth of the workers fell silent together; none is killed for it.',
      solution: 'Look at the load and the network of this machine.',
    }),
  ];
  return { isReady: isLeader && isDatabaseWell, role: isLeader ? 'active' : 'standby', components };
}

function component(name: string, isWell: boolean, trouble: { problem: string; solution: string }) {
  return isWell
    ? { name, isWell, problem: null, solution: null }
    : { name, isWell, problem: trouble.problem, solution: trouble.solution };
}
