/** What a backup says of itself. It stands at the end of the file, where everything about it is known. */
export interface Manifest {
  version: 1;
  /** Of Wafleet, that wrote it. */
  wafleet: string;
  takenAt: string;
  /** Applied when it was taken, with what each said. */
  migrations: { name: string; checksum: string }[];
  tables: { name: string; columns: string[]; rows: number }[];
  /** The last value that was given; null where none was. */
  sequences: { name: string; last: string | null }[];
  /** The key that the tenants' keys in it are encrypted with; null where there are none. */
  masterKeyId: string | null;
  /** That key itself, sealed with a passphrase; what it looks like is for those who seal it. */
  sealedKey: unknown;
}

export type ManifestOfData = Omit<Manifest, 'version' | 'wafleet' | 'sealedKey'>;
