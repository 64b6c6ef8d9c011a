import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readIfPresent, writePrivateFile } from '../files/private-file';

/** What a person or a program needs to use this stack: `data/access.json`, for its owner's eyes only. */
export interface Access {
  controlPlaneUrl: string;
  /** Where people sign in; absent without the web app. */
  webUrl?: string;
  adminKey: string;
  portalKey: string;
  /** Control of the stand-in for WhatsApp, in the demo. */
  standinUrl?: string;
}

/** Writes the file anew with today's addresses. Keys are generated once and kept, unless others are given. */
export async function writeAccess(
  dataDir: string,
  given: Omit<Access, 'adminKey' | 'portalKey' | 'standinUrl' | 'webUrl'> & {
    webUrl: string | undefined;
    standinUrl: string | undefined;
    adminKey: string | undefined;
    portalKey: string | undefined;
  },
): Promise<Access> {
  const path = accessFile(dataDir);
  const text = await readIfPresent(path);
  const known = text === null ? {} : (JSON.parse(text) as Partial<Access>);
  const access: Access = {
    controlPlaneUrl: given.controlPlaneUrl,
    ...(given.webUrl ? { webUrl: given.webUrl } : {}),
    adminKey: given.adminKey ?? known.adminKey ?? newKey('wfa'),
    portalKey: given.portalKey ?? known.portalKey ?? newKey('wfp'),
    ...(given.standinUrl ? { standinUrl: given.standinUrl } : {}),
  };
  await writePrivateFile(path, `${JSON.stringify(access, null, 2)}\n`);
  return access;
}

export const accessFile = (dataDir: string): string => join(dataDir, 'access.json');

const newKey = (prefix: string) => `${prefix}_${randomBytes(32).toString('base64url')}`;
