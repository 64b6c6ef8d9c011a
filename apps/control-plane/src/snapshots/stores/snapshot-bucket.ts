import { isObjectStoreUrl, type ObjectStoreSettings } from '@wafleet/object-store';
import { ConfigError } from '@wafleet/runtime';
import { z } from 'zod';

/** A bucket of an S3-compatible server for snapshots, in place of a folder. */
export const snapshotBucketSettings = {
  /** Server, bucket, and what every name begins with: `https://s3.example.com/bucket/prefix`. */
  SNAPSHOTS_S3_URL: z
    .string()
    .refine(isObjectStoreUrl, 'must name a server and a bucket, as https://s3.example.com/bucket')
    .optional(),
  SNAPSHOTS_S3_REGION: z.string().min(1).max(100).default('auto'),
  SNAPSHOTS_S3_KEY_ID: z.string().min(1).max(500).optional(),
  /** Secret; also SNAPSHOTS_S3_SECRET_FILE. */
  SNAPSHOTS_S3_SECRET: z.string().min(1).max(500).optional(),
};

/** Null where none is named. @throws ConfigError where its key is missing, or a folder is named too */
export function snapshotBucket(env: {
  SNAPSHOTS_DIR?: string | undefined;
  SNAPSHOTS_S3_URL?: string | undefined;
  SNAPSHOTS_S3_REGION: string;
  SNAPSHOTS_S3_KEY_ID?: string | undefined;
  SNAPSHOTS_S3_SECRET?: string | undefined;
}): ObjectStoreSettings | null {
  const { SNAPSHOTS_S3_URL: url, SNAPSHOTS_S3_KEY_ID: keyId, SNAPSHOTS_S3_SECRET: secret } = env;
  if (url === undefined) return null;
  if (env.SNAPSHOTS_DIR !== undefined)
    throw new ConfigError('Snapshots lie in SNAPSHOTS_DIR or at SNAPSHOTS_S3_URL: set one of them.');
  if (keyId === undefined || secret === undefined)
    throw new ConfigError('SNAPSHOTS_S3_URL needs SNAPSHOTS_S3_KEY_ID and SNAPSHOTS_S3_SECRET.');
  return { url, region: env.SNAPSHOTS_S3_REGION, keyId, secret };
}
