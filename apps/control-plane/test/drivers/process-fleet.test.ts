import { afterAll, beforeAll, describe, jest } from '@jest/globals';
import { existsSync, readdirSync } from 'node:fs';
import type { TenantId } from '@wafleet/contracts';
import { readArguments } from '../../src/drivers/process/proc';
import { createFleet, supervision, type Fleet } from '../fleet';
import { createFleetHarness, describeFleetContract, type FleetHarness } from './fleet-contract';

jest.setTimeout(300_000);

let fleet: Fleet;
let planes: FleetHarness;

beforeAll(async () => {
  fleet = await createFleet();
  // What takes its time on a busy machine is not silence.
  const patient = { ...supervision, hungMs: 30_000, linklessMs: 45_000 };
  planes = createFleetHarness(fleet, { SUPERVISION: JSON.stringify(patient) }, async () => workers());
});
afterAll(async () => {
  await planes?.end();
  await fleet?.stop();
});

describe('a fleet of processes', () => {
  describeFleetContract(() => planes);
});

/** Told by their programs' names, not by the records of the driver. */
function workers(): TenantId[] {
  if (!existsSync(fleet.tenantsDir)) return [];
  const tenants = readdirSync(fleet.tenantsDir) as TenantId[];
  const isWorker = (pid: number) => readArguments(pid).includes(fleet.program('steady'));
  return tenants.flatMap((tenantId) =>
    fleet
      .processesOf(tenantId)
      .filter(isWorker)
      .map(() => tenantId),
  );
}
