import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Config } from '../config';
import { Failure } from '../failure';

/** Where the control plane is, and the key for it. */
export interface Access {
  url: string;
  key: string;
  /** The web pages, where there are any. */
  webUrl: string | undefined;
  /** WhatsApp is played by the stand-in. */
  standinUrl: string | undefined;
}

const fileSchema = z.object({
  controlPlaneUrl: z.string(),
  adminKey: z.string(),
  webUrl: z.string().optional(),
  standinUrl: z.string().optional(),
});

/**
 * WAFLEET_URL and WAFLEET_KEY; without them `access.json`, as the local stack writes it. The key in the file is never
 * sent to an address that somebody else named.
 * @throws Failure `refused` that says what is missing
 */
export function readAccess(config: Pick<Config, 'url' | 'key' | 'dataDir'>): Access {
  if (config.url !== undefined && config.key !== undefined)
    return { url: config.url, key: config.key, webUrl: undefined, standinUrl: undefined };
  const path = join(config.dataDir, 'access.json');
  const file = readFile(path);
  if (config.url !== undefined && config.url !== file.controlPlaneUrl)
    throw new Failure('refused', {
      title: 'There is no key for this address.',
      detail: `WAFLEET_URL is set without WAFLEET_KEY, and the key in ${path} is for ${file.controlPlaneUrl}.`,
      action: 'Set WAFLEET_KEY to a key of an operator, or unset WAFLEET_URL.',
    });
  return {
    url: file.controlPlaneUrl,
    key: config.key ?? file.adminKey,
    webUrl: file.webUrl,
    standinUrl: file.standinUrl,
  };
}

function readFile(path: string): z.output<typeof fileSchema> {
  const action =
    'Start Wafleet once (npm start), name its folder (DATA_DIR), or set WAFLEET_URL and WAFLEET_KEY.';
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    const isClosed = code === 'EACCES' || code === 'EPERM';
    throw new Failure('refused', {
      title: isClosed ? 'The keys are not yours to read.' : 'No installation is known.',
      detail: `${path} can't be read (${code}).`,
      action: isClosed
        ? 'Run this as the user who runs Wafleet, or set WAFLEET_URL and WAFLEET_KEY.'
        : action,
    });
  }
  try {
    return fileSchema.parse(JSON.parse(text));
  } catch {
    throw new Failure('refused', {
      title: 'The file with the keys can not be understood.',
      detail: `${path} holds no address and key.`,
      action: `Start Wafleet again, which writes it anew, or set WAFLEET_URL and WAFLEET_KEY.`,
    });
  }
}
