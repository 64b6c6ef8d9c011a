import type { RolloutItemState, RolloutState } from '@wafleet/contracts';
import type { Tone } from '@/ui/mark';

export const rolloutWords: Record<RolloutState, { label: string; tone: Tone }> = {
  RUNNING: { label: 'Under way', tone: 'busy' },
  PAUSED: { label: 'Paused', tone: 'rest' },
  STOPPED: { label: 'Stopped by itself', tone: 'bad' },
  GOING_BACK: { label: 'Going back', tone: 'busy' },
  DONE: { label: 'Done', tone: 'good' },
  BACK: { label: 'Taken back', tone: 'rest' },
};

export const rolloutItemWords: Record<RolloutItemState, { label: string; tone: Tone }> = {
  WAITING: { label: 'Waiting', tone: 'rest' },
  UNDER_WAY: { label: 'Starting it', tone: 'busy' },
  WATCHED: { label: 'Watched', tone: 'busy' },
  DONE: { label: 'Done', tone: 'good' },
  FAILED: { label: 'Failed', tone: 'bad' },
  SKIPPED: { label: 'At its next start', tone: 'rest' },
  TO_GO_BACK: { label: 'To go back', tone: 'rest' },
  GOING_BACK: { label: 'Going back', tone: 'busy' },
  BACK: { label: 'Taken back', tone: 'rest' },
};

/** A build's id is a hash; its beginning tells two apart. */
export const buildName = ({ name, id }: { name: string; id: string }) =>
  `${name} (${id.replace(/^sha256:/, '').slice(0, 12)})`;
