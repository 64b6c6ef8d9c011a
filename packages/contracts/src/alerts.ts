/**
 * What can be wrong beside tenants' sessions, told to operators. No code of a tenant's reason is used again here,
 * so that a code alone says which it is.
 */
interface TroubleRow {
  /** Two to five words for a heading. */
  label: string;
  /** What is wrong, and what goes on all the same. */
  explanation: string;
  /** What an operator can do. */
  action: string;
}

const row = (label: string, explanation: string, action: string): TroubleRow => ({
  label,
  explanation,
  action,
});

/** With the control plane itself. */
export const troubles = {
  database_unreachable: row(
    'The database is away',
    'The database does not answer; nothing is decided or stored until it does, and what runs goes on.',
    'Start it, or correct DATABASE_URL.',
  ),
  queue_unreachable: row(
    'The job queue is away',
    'The job queue does not answer; what is due is done by sweeps, later.',
    'Start its Redis or Postgres, or correct REDIS_URL.',
  ),
  fleet_silent: row(
    'Much of the fleet is silent',
    'More than a fifth of the workers fell silent together; none is killed for it.',
    'Look at the load and the network of this machine.',
  ),
  engine_silent: row(
    'The engine is silent',
    'What runs the workers tells nothing of any of them; none is started or ended, and those that run go on.',
    'Start the container engine, or correct DOCKER_HOST; without containers, make the files of TENANTS_DIR readable.',
  ),
  disk_nearly_full: row(
    'The disk is nearly full',
    'Little space is left on the disk of this installation; sessions end and media is refused when there is none.',
    'Free space on the disk of DATA_DIR and TENANTS_DIR.',
  ),
  rollout_stopped: row(
    'A rollout stopped by itself',
    'Tenants failed with a new build of the worker; no further one gets it, those that have it keep it.',
    'Look at it (wafleet rollout status), then take it back or resume it.',
  ),
  control_plane_lost: row(
    'A control plane was lost',
    'The active control plane ended without being stopped, or lost its lock; another start took over, and sessions went on.',
    'Look for the cause in its log of before; told as over after ten quiet minutes.',
  ),
} as const satisfies Record<string, TroubleRow>;

/** What can be wrong with a tenant's webhook so that its operators should hear of it, told as a need of the tenant. */
export const webhookTroubles = {
  webhook_gone: row(
    'A webhook was switched off',
    'Its receiver answered 410, so that nothing is sent to it any more; what happens meanwhile is not kept for it.',
    'Ask its owner. Switch it on again, give it another address, or remove it.',
  ),
} as const satisfies Record<string, TroubleRow>;

export type WebhookTrouble = keyof typeof webhookTroubles;
export type Trouble = keyof typeof troubles;
export const troubleCodes = Object.keys(troubles) as Trouble[];
