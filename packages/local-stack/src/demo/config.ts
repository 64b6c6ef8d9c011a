import { readFileSync } from 'node:fs';
import { ConfigError, readEnvironment } from '@wafleet/runtime';
import { z } from 'zod';
import type { Access } from '../stack/access';

const address = z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' });

/** What the demo reads where it plays on a stack that others started, as on compose's. */
const environmentSchema = z.object({
  CONTROL_PLANE_URL: address,
  /** Control of the stand-in for WhatsApp. */
  STANDIN_URL: address,
  ADMIN_KEY_FILE: z.string(),
  PORTAL_KEY_FILE: z.string(),
  /** Who can sign in first. */
  FIRST_ADMIN_EMAIL: z.string().default('admin@wafleet.localhost'),
});

export interface DemoConfig {
  access: Access & { standinUrl: string };
  firstAdminEmail: string;
}

/** @throws ConfigError that names the wrong setting and never shows its value */
export function loadDemoConfig(environment: Record<string, string | undefined> = process.env): DemoConfig {
  const env = readEnvironment(environmentSchema, environment);
  return {
    access: {
      controlPlaneUrl: env.CONTROL_PLANE_URL,
      standinUrl: env.STANDIN_URL,
      adminKey: readKey('ADMIN_KEY_FILE', env.ADMIN_KEY_FILE),
      portalKey: readKey('PORTAL_KEY_FILE', env.PORTAL_KEY_FILE),
    },
    firstAdminEmail: env.FIRST_ADMIN_EMAIL,
  };
}

function readKey(setting: string, file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new ConfigError(`${setting} can't be read (${(cause as NodeJS.ErrnoException).code}).`);
  }
}
