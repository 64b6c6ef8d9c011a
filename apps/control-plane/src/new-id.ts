import { monotonicFactory } from 'ulid';

/** `<prefix>_<lower-case ULID>`, rising within one process; the prefixes are contracts' idPrefixes. */
export type NewId = (prefix: string) => string;

export function createNewId(): NewId {
  const nextUlid = monotonicFactory();
  return (prefix) => `${prefix}_${nextUlid().toLowerCase()}`;
}
