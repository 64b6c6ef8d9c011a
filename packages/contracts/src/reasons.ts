/**
 * Why a tenant is not green: one row per reason. The row drives reconnecting, API text and the button on a page,
 * so that all of them say the same.
 */

/** Who repairs it. `nobody`: nothing is broken. */
type Repairer = 'nobody' | 'worker' | 'supervisor' | 'person';

/**
 * What the machine does about it.
 * - `none`: nothing to retry
 * - `network`: keep the page, use no attempts, wait for reachability
 * - `browser`: a new browser, counted attempts with backoff
 * - `process`: a new worker process, by the supervisor's restart policy
 * - `slow`: occasional tries until a person acts
 * - `parked`: no worker runs until a person acts
 */
type RetryPolicy = 'none' | 'network' | 'browser' | 'process' | 'slow' | 'parked';

/** What a person can press or do; `none` where waiting is right. */
type UserAction =
  | 'none'
  | 'scan'
  | 'enter_code'
  | 'show_new_code'
  | 'link_again'
  | 'choose_take_over'
  | 'choose_account'
  | 'reconnect'
  | 'start'
  | 'stop_sending'
  | 'update_wafleet'
  | 'fix_machine'
  | 'raise_limit';

export interface ReasonRow {
  /** Two to four words for a heading. */
  label: string;
  /** One sentence for the tenant's people. */
  explanation: string;
  userAction: UserAction;
  repairedBy: Repairer;
  retry: RetryPolicy;
}

const row = (
  label: string,
  explanation: string,
  repairedBy: Repairer,
  retry: RetryPolicy,
  userAction: UserAction = 'none',
): ReasonRow => ({ label, explanation, repairedBy, retry, userAction });

export const reasons = {
  awaiting_scan: row(
    'Waiting for a scan',
    'Scan the code with WhatsApp on the phone: Settings, Linked devices, Link a device.',
    'person',
    'none',
    'scan',
  ),
  awaiting_pairing_code: row(
    'Waiting for the pairing code',
    'Type the code on the phone: Linked devices, Link a device, Link with phone number instead.',
    'person',
    'none',
    'enter_code',
  ),
  qr_expired: row(
    'The code expired',
    'Nobody scanned the code in time; ask for a new one when ready to scan.',
    'person',
    'parked',
    'show_new_code',
  ),
  phone_logged_out: row(
    'WhatsApp was unlinked',
    'This device was removed from Linked devices on the phone; link it again.',
    'person',
    'parked',
    'link_again',
  ),
  unpaired: row(
    'WhatsApp was unlinked',
    'WhatsApp no longer accepts this link; link the phone again.',
    'person',
    'parked',
    'link_again',
  ),
  signed_out_by_user: row(
    'Signed out',
    'The session was signed out here on request; link the phone again to use it.',
    'person',
    'parked',
    'link_again',
  ),
  opened_elsewhere: row(
    'Opened somewhere else',
    'WhatsApp Web was opened in another place; choose which one to keep.',
    'person',
    'parked',
    'choose_take_over',
  ),
  network_lost: row(
    'Network lost',
    'The connection to WhatsApp dropped; it is restored by itself.',
    'worker',
    'network',
  ),
  whatsapp_unreachable: row(
    'WhatsApp unreachable',
    'WhatsApp Web can not be reached from this machine; it is tried again by itself.',
    'worker',
    'network',
  ),
  proxy_unreachable: row(
    'Proxy unreachable',
    'The proxy of this tenant does not answer; it is tried again by itself.',
    'worker',
    'network',
  ),
  launch_timeout: row(
    'Browser start too slow',
    'The browser did not start in time; it is tried again by itself.',
    'worker',
    'browser',
  ),
  page_timeout: row(
    'Page load too slow',
    'WhatsApp Web did not finish loading in time; it is tried again by itself.',
    'worker',
    'browser',
  ),
  auth_timeout: row(
    'Sign-in too slow',
    'WhatsApp did not answer the sign-in in time; it is tried again by itself.',
    'worker',
    'browser',
  ),
  ready_timeout: row(
    'Set-up too slow',
    'WhatsApp accepted the link but did not become ready in time; it is tried again by itself.',
    'worker',
    'browser',
  ),
  browser_crashed: row(
    'Browser crashed',
    'The browser ended unexpectedly; a new one is started by itself.',
    'worker',
    'browser',
  ),
  renderer_crashed: row(
    'Page crashed',
    'The page crashed; a new browser is started by itself.',
    'worker',
    'browser',
  ),
  browser_hung: row(
    'Browser not answering',
    'The browser stopped answering; it is replaced by itself.',
    'worker',
    'browser',
  ),
  out_of_memory: row(
    'Out of memory',
    'The browser ran out of memory; it is replaced by itself. Raise the limit if this repeats.',
    'worker',
    'browser',
    'raise_limit',
  ),
  page_incompatible: row(
    'WhatsApp Web changed',
    'WhatsApp Web changed in a way this version can not use; Wafleet must be updated.',
    'person',
    'slow',
    'update_wafleet',
  ),
  version_deprecated: row(
    'WhatsApp Web too old',
    'WhatsApp asks for a newer WhatsApp Web; Wafleet must be updated.',
    'person',
    'slow',
    'update_wafleet',
  ),
  restricted: row(
    'Number restricted',
    'WhatsApp restricts this number; sending is stopped until the restriction ends.',
    'person',
    'slow',
    'stop_sending',
  ),
  profile_corrupt: row(
    'Profile damaged',
    'The stored session is damaged or lost its login; it is set aside, and the phone must be linked again.',
    'person',
    'parked',
    'link_again',
  ),
  profile_locked: row(
    'Profile in use',
    'Another program, named in the details, holds this session; it is waited for.',
    'supervisor',
    'process',
  ),
  disk_full: row(
    'Disk full',
    'The disk is full; free some space and the session comes back.',
    'person',
    'slow',
    'fix_machine',
  ),
  permission_denied: row(
    'Files not accessible',
    'The session files can not be used by their owner; correct the owner named in the details.',
    'person',
    'slow',
    'fix_machine',
  ),
  browser_missing: row(
    'Browser not found',
    'The configured browser can not be started on this machine; install or configure one.',
    'person',
    'slow',
    'fix_machine',
  ),
  worker_exited: row(
    'Session process ended',
    'The process of this session ended; it is started again by itself.',
    'supervisor',
    'process',
  ),
  worker_hung: row(
    'Session process not answering',
    'The process of this session stopped answering; it is replaced by itself.',
    'supervisor',
    'process',
  ),
  decryption_failing: row(
    'Messages can not be read',
    'WhatsApp could not decrypt several messages of this session; if that goes on, link the phone again.',
    'supervisor',
    'none',
    'link_again',
  ),
  page_failing: row(
    'WhatsApp Web has errors',
    'WhatsApp Web met several errors in a short time; if that goes on, restart the session.',
    'supervisor',
    'none',
    'reconnect',
  ),
  memory_recycle: row(
    'Refreshed',
    'The session had gathered much memory and is started anew; it is back in a moment.',
    'supervisor',
    'process',
  ),
  crash_looping: row(
    'Ends again and again',
    'The session ended several times in a row; it is tried slowly and the incident says what happened.',
    'supervisor',
    'slow',
    'reconnect',
  ),
  capacity_wait: row(
    'Waiting for a free place',
    'The machine is busy starting others, short of memory or being serviced; this starts by itself.',
    'supervisor',
    'none',
  ),
  engine_unreachable: row(
    'Engine unreachable',
    'The engine that runs sessions does not answer; nothing is changed until it does.',
    'person',
    'slow',
    'fix_machine',
  ),
  image_missing: row(
    'Image missing',
    'The image for sessions is not available to the engine.',
    'person',
    'slow',
    'fix_machine',
  ),
  unschedulable: row(
    'No machine fits',
    'No machine has room for this session.',
    'person',
    'slow',
    'fix_machine',
  ),
  number_in_use: row(
    'Number linked elsewhere',
    'This number is already linked to another tenant of this fleet; unlink it there first.',
    'person',
    'parked',
    'choose_account',
  ),
  different_number: row(
    'Another number was linked',
    'Another number than before was linked; decide what happens to what was queued.',
    'person',
    'none',
    'choose_account',
  ),
  probe_overdue: row(
    'Check overdue',
    'The last successful check is too old; the next one decides.',
    'worker',
    'none',
  ),
  max_reconnects: row(
    'Reconnecting failed',
    'Reconnecting failed too often; it is tried slowly until somebody presses reconnect.',
    'person',
    'slow',
    'reconnect',
  ),
  stopped_by_user: row('Stopped', 'The session was stopped on request.', 'person', 'parked', 'start'),
  moved: row(
    'Moved',
    'The session was moved to another installation, and is used there.',
    'nobody',
    'parked',
  ),
} as const satisfies Record<string, ReasonRow>;

export type Reason = keyof typeof reasons;
export const reasonCodes = Object.keys(reasons) as [Reason, ...Reason[]];

/** A tenant with one of these runs no worker until somebody acts. */
export function isParking(reason: Reason): boolean {
  return reasons[reason].retry === 'parked';
}
