import type { BulkAction, BulkItemState } from '@wafleet/contracts';
import type { Tone } from '@/ui/mark';

export const actionWords: Record<BulkAction, { verb: string; effect: string }> = {
  restart: {
    verb: 'Restart',
    effect:
      'Each gets a new worker. Sending pauses for some seconds, messages are kept, and nobody scans anew.',
  },
  start: { verb: 'Start', effect: 'Their sessions are wanted running. What runs already is left as it is.' },
  stop: {
    verb: 'Stop',
    effect:
      'They receive and send nothing until they are started again. Their link to the phone and their messages are kept.',
  },
  snapshot: {
    verb: 'Snapshot',
    effect: 'A copy of each login is taken; each browser stands still for a moment, and nothing is lost.',
  },
  export: {
    verb: 'Export',
    effect:
      'An archive of everything about each is made, with messages and media. It can be fetched on the page of the tenant for a week.',
  },
};

export const itemWords: Record<BulkItemState, { label: string; tone: Tone }> = {
  WAITING: { label: 'Waiting', tone: 'rest' },
  UNDER_WAY: { label: 'Under way', tone: 'busy' },
  DONE: { label: 'Done', tone: 'good' },
  FAILED: { label: 'Failed', tone: 'bad' },
  SKIPPED: { label: 'Skipped', tone: 'rest' },
};

/** Of more than these the count must be typed: a slip of the hand must not take the fleet away. */
export const freely = 25;

export const countOf = (tenants: number) =>
  tenants === 1 ? '1 tenant' : `${tenants.toLocaleString('en')} tenants`;
