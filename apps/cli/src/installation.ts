import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findPlaces, identify } from '@wafleet/local-stack';
import type { Config, MachineConfig } from './config';

/** Where the tenants' folders of this installation lie. */
export async function findTenantsDir(config: Pick<Config, 'dataDir' | 'tenantsDir'>): Promise<string> {
  return config.tenantsDir === undefined
    ? (await findPlaces(config.dataDir)).tenantsDir
    : resolve(config.tenantsDir);
}

export interface DatabaseAddress {
  /** Secret. */
  url: string;
  /** The launcher starts it and ends it. */
  isEmbedded: boolean;
}

/** Null where none was set, and none was ever made in the data folder. */
export function databaseOf(settings: MachineConfig, dataDir: string): DatabaseAddress | null {
  if (settings.databaseUrl !== undefined) return { url: settings.databaseUrl, isEmbedded: false };
  try {
    const password = readFileSync(join(dataDir, 'postgres-password'), 'utf8').trim();
    const url = `postgresql://wafleet:${password}@127.0.0.1:${settings.ports.POSTGRES_PORT}/wafleet`;
    return { url, isEmbedded: true };
  } catch {
    return null;
  }
}

export function launcherIsAlive(dataDir: string): boolean {
  try {
    const { launcher } = JSON.parse(readFileSync(join(dataDir, 'run.json'), 'utf8')) as {
      launcher: { pid: number; startTime: string };
    };
    return identify(launcher.pid)?.startTime === launcher.startTime;
  } catch {
    return false;
  }
}
