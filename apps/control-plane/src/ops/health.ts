import { type Health, type Trouble, troubles } from '@wafleet/contracts';
import { findTroubles, type TroubleSources } from './find-troubles';

/** Which trouble each component can have. */
const components = [
  ['database', 'database_unreachable'],
  ['queue', 'queue_unreachable'],
  ['workers', 'fleet_silent'],
  ['engine', 'engine_silent'],
  ['disk', 'disk_nearly_full'],
] as const satisfies [string, Trouble][];

/** Which component is well, and what to do where one is not. Answers within two seconds. */
export async function readHealth(sources: TroubleSources): Promise<Health> {
  const found = await findTroubles(sources);
  const isLeader = sources.isActive();
  return {
    isReady: isLeader && !found.has('database_unreachable'),
    role: isLeader ? 'active' : 'standby',
    components: components.map(([name, trouble]) => {
      const { explanation, action } = troubles[trouble];
      return found.has(trouble)
        ? { name, isWell: false, problem: explanation, solution: action }
        : { name, isWell: true, problem: null, solution: null };
    }),
  };
}
