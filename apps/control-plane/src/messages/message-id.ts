import { encodeTime } from 'ulid';

/** Message ids are ULIDs, which begin with their time: rows of a span of time are neighbours in the primary key. */
export function firstMessageIdOf(ms: number): string {
  return `msg_${encodeTime(ms, 10).toLowerCase()}`;
}
