import { withDeadline } from '@wafleet/runtime';
import { checkBrowser } from './checks/machine/browser';
import { checkClockAndWhatsapp } from './checks/whatsapp';
import { checkControlPlane } from './checks/control-plane';
import { checkDatabase } from './checks/database';
import { checkDataFolder } from './checks/data-folder';
import { checkEngine } from './checks/engine';
import { checkLimits } from './checks/machine/limits';
import { checkPorts } from './checks/machine/ports';
import { checkQueue } from './checks/queue';
import { checkRoom } from './checks/machine/room';
import { checkSnapshots } from './checks/snapshots';
import { checkTenants } from './checks/tenants';
import { checkVersions } from './checks/machine/versions';
import { type Finding, findingsOf } from './finding';
import type { Machine } from './machine';

/** A check that hangs says so; the others go on. */
const checkTimeoutMs = 90_000;

const checks: readonly (readonly [name: string, look: (machine: Machine) => Promise<Finding[]>])[] = [
  ['versions', checkVersions],
  ['browser', checkBrowser],
  ['engine', checkEngine],
  ['room', checkRoom],
  ['limits', checkLimits],
  ['ports', checkPorts],
  ['data folder', checkDataFolder],
  ['database', checkDatabase],
  ['queue', checkQueue],
  ['snapshots', checkSnapshots],
  ['tenants', checkTenants],
  ['whatsapp', checkClockAndWhatsapp],
  ['control plane', checkControlPlane],
];

/** All findings, in the order of the checks. Never throws: what can't be checked is a finding. */
export async function runChecks(machine: Machine, onProgress: (check: string) => void): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [name, look] of checks) {
    machine.signal.throwIfAborted();
    onProgress(name);
    try {
      findings.push(...(await withDeadline(look(machine), checkTimeoutMs, name)));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      findings.push(
        findingsOf(name).warning(`Could not be checked: ${why}.`, {
          mend: 'Run doctor as the user who runs Wafleet.',
        }),
      );
    }
  }
  return findings;
}
