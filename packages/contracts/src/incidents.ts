import type { Reason } from './reasons';

/**
 * When a trouble is worth an incident, a record that a person can look into later.
 * - `never`: nothing is wrong, or a person knows of it without a record
 * - `at_once`
 * - `lasting`: only once it has lasted, because most of them are over before anybody notices
 */
type IncidentRule = 'never' | 'at_once' | 'lasting';

export const incidentRules = {
  awaiting_scan: 'never',
  awaiting_pairing_code: 'never',
  qr_expired: 'never',
  phone_logged_out: 'at_once',
  unpaired: 'at_once',
  signed_out_by_user: 'never',
  opened_elsewhere: 'at_once',
  network_lost: 'lasting',
  whatsapp_unreachable: 'lasting',
  proxy_unreachable: 'lasting',
  launch_timeout: 'at_once',
  page_timeout: 'at_once',
  auth_timeout: 'at_once',
  ready_timeout: 'at_once',
  browser_crashed: 'at_once',
  renderer_crashed: 'at_once',
  browser_hung: 'at_once',
  out_of_memory: 'at_once',
  page_incompatible: 'at_once',
  version_deprecated: 'at_once',
  restricted: 'at_once',
  profile_corrupt: 'at_once',
  profile_locked: 'at_once',
  disk_full: 'at_once',
  permission_denied: 'at_once',
  browser_missing: 'at_once',
  worker_exited: 'at_once',
  worker_hung: 'at_once',
  decryption_failing: 'at_once',
  page_failing: 'at_once',
  memory_recycle: 'never',
  crash_looping: 'at_once',
  capacity_wait: 'never',
  engine_unreachable: 'at_once',
  image_missing: 'at_once',
  unschedulable: 'at_once',
  number_in_use: 'never',
  different_number: 'never',
  probe_overdue: 'never',
  max_reconnects: 'at_once',
  stopped_by_user: 'never',
  moved: 'never',
} as const satisfies Record<Reason, IncidentRule>;

/** What a `lasting` trouble must outlast. */
export const lastingTroubleMs = 60_000;

/** No record holds more than this, whatever happened before it. */
export const incidentLimits = {
  transitions: 20,
  probes: 10,
  memory: 20,
  console: 40,
  pageErrors: 20,
  browserOutput: 20,
  workerLog: 40,
  /** Of one line, in UTF-16 units. */
  lineLength: 300,
  screenshotBytes: 128 * 1024,
} as const;
