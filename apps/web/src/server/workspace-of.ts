import { cookies } from 'next/headers';
import type { Person } from './person';
import { chosenWorkspace, workspaceCookie } from './workspace';

export type WorkspaceOf =
  | { kind: 'own'; workspace: Person['tenants'][number] }
  /** An operator looks at a workspace that is not theirs; its name is the control plane's to say. */
  | { kind: 'viewed'; id: string }
  | { kind: 'undecided' }
  | { kind: 'none' };

/** Which workspace this person looks at: the one chosen, or the only one. */
export async function workspaceOf({ tenants, fleetRole }: Person): Promise<WorkspaceOf> {
  const cookie = (await cookies()).get(workspaceCookie)?.value;
  const chosen = chosenWorkspace(cookie === undefined ? null : `${workspaceCookie}=${cookie}`);
  const own = tenants.find(({ id }) => id === chosen);
  if (own) return { kind: 'own', workspace: own };
  if (chosen !== null && fleetRole !== null) return { kind: 'viewed', id: chosen };
  const [only, ...others] = tenants;
  if (!only) return { kind: 'none' };
  // One that was chosen and is theirs no longer would be refused with every call.
  return others.length > 0 || chosen !== null ? { kind: 'undecided' } : { kind: 'own', workspace: only };
}
