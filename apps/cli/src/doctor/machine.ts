import { findPlaces, type Places } from '@wafleet/local-stack';
import type { Config, MachineConfig } from '../config';
import { type Access, readAccess } from '../connection/access';
import { type DatabaseAddress, databaseOf, findTenantsDir, launcherIsAlive } from '../installation';

/** What the checks look at: this machine, and the installation in its data folder. */
export interface Machine {
  config: Config;
  settings: MachineConfig;
  places: Places;
  tenantsDir: string;
  /** Null where no key is known; the other checks go on. */
  access: Access | null;
  database: DatabaseAddress | null;
  /** The launcher of this data folder is alive. */
  isRunning: boolean;
  signal: AbortSignal;
}

export async function lookAtMachine(
  config: Config,
  settings: MachineConfig,
  signal: AbortSignal,
): Promise<Machine> {
  const places = await findPlaces(config.dataDir);
  return {
    config,
    settings,
    places,
    tenantsDir: await findTenantsDir(config),
    access: readAccessIfAny(config),
    database: databaseOf(settings, config.dataDir),
    isRunning: launcherIsAlive(config.dataDir),
    signal,
  };
}

function readAccessIfAny(config: Config): Access | null {
  try {
    return readAccess(config);
  } catch {
    return null;
  }
}
