import type { FleetPatch } from '@wafleet/contracts';

/** The latest patches of one table, so that who was away for a moment needs not read all of it anew. */
export interface PatchLog {
  /** The newest patch; the table itself where there is none. */
  id(): string;
  add(patch: Omit<FleetPatch, 'id'>): FleetPatch;
  /** Those after this one, oldest first; null for one of another table, one not given out, or one long past. */
  after(id: string): FleetPatch[] | null;
}

/** Of all that are kept together; a reader that is further behind is better off with the table. */
const maxKeptRows = 10_000;

export function createPatchLog(table: string): PatchLog {
  let seq = 0;
  const kept: FleetPatch[] = [];
  let keptRows = 0;
  const idOf = (number: number) => `${table}-${number}`;

  return {
    id: () => idOf(seq),

    add(patch) {
      const added = { id: idOf(++seq), ...patch };
      kept.push(added);
      keptRows += sizeOf(added);
      while (keptRows > maxKeptRows && kept.length > 1) keptRows -= sizeOf(kept.shift() as FleetPatch);
      return added;
    },

    after(id) {
      const digits = id.startsWith(`${table}-`) ? id.slice(table.length + 1) : '';
      const number = /^\d{1,15}$/.test(digits) ? Number(digits) : NaN;
      const oldest = seq - kept.length;
      if (!(number >= oldest && number <= seq)) return null;
      return kept.slice(number - oldest);
    },
  };
}

const sizeOf = ({ rows, gone }: FleetPatch) => rows.length + gone.length;
