/**
 * Every error that leaves the process: the code fixes HTTP status, public sentence and what to do, so that
 * internals can't leak. Answers are problem+json (RFC 9457).
 */
interface ErrorRow {
  status: number;
  title: string;
  /** What the caller can do next. */
  action: string;
}

const row = (status: number, title: string, action: string): ErrorRow => ({ status, title, action });

export const errors = {
  INVALID_INPUT: row(
    400,
    'The request is not valid.',
    'Correct the fields named in "errors" and send it again.',
  ),
  MALFORMED_JSON: row(
    400,
    'The body is not valid JSON.',
    'Send a JSON object with content-type application/json.',
  ),
  UNAUTHORIZED: row(401, 'A valid key is needed.', 'Send the key for this API.'),
  FORBIDDEN: row(403, 'This is not allowed for you.', 'Ask an operator for access.'),
  SCOPE_MISSING: row(
    403,
    'This key does not open this.',
    'Use a key that has the scope named in the answer, or have one made.',
  ),
  ADDRESS_NOT_ALLOWED: row(
    403,
    'This key may not be used from your address.',
    'Call from an address that the key names, or have it made for yours.',
  ),
  ORIGIN_NOT_ALLOWED: row(
    403,
    'A page of this origin may not change anything here.',
    'Use the address that PUBLIC_URL or TRUSTED_ORIGINS names.',
  ),
  NO_TENANT: row(403, 'Your account is not linked to a workspace yet.', 'Ask your administrator to add you.'),
  TENANT_CHOICE_NEEDED: row(400, 'You belong to several workspaces.', 'Name one in the header x-tenant-id.'),
  NOT_FOUND: row(404, 'There is no such thing here.', 'Check the address and the id.'),
  NO_SCREENSHOT: row(
    404,
    'There is no picture of the page.',
    'The detail says why; the status or the incident says what else is known.',
  ),
  METHOD_NOT_ALLOWED: row(405, 'This method is not offered here.', 'See the header allow.'),
  NOT_ACCEPTABLE: row(406, 'None of the accepted types can be given.', 'Accept application/json.'),
  NO_QR: row(
    409,
    'There is no code to show right now.',
    'The status says what is awaited; start the session for a new code.',
  ),
  NEEDS_PERSON: row(409, 'This needs a person first.', 'The reason in the answer says what to do.'),
  NOT_RUNNING: row(409, 'The session is not running.', 'Start it first.'),
  NOT_WAITING_FOR_LINK: row(
    409,
    'The session is not waiting to be linked.',
    'Sign out first, then ask for a new code.',
  ),
  TENANT_ERASING: row(409, 'This tenant is being erased.', 'Nothing can be changed any more.'),
  CONFLICT: row(409, 'Somebody else changed this in the meantime.', 'Read it again and repeat.'),
  TOO_MANY: row(409, 'There are as many of these as there may be.', 'Take one away that is not needed.'),
  NOT_CANCELLABLE: row(409, 'This message can no longer be changed.', 'Read its status.'),
  NOT_UNCERTAIN: row(409, 'What became of this message is known.', 'Read its status.'),
  TARGET_NOT_SENT: row(
    409,
    'The message that this one answers or is about has not been sent.',
    'Wait until it is.',
  ),
  STILL_QUARANTINED: row(
    409,
    'This can still not be stored.',
    'The detail says why; repeat it after an update.',
  ),
  MEDIA_IN_USE: row(
    409,
    'A message that waits to be sent needs this media.',
    'Wait until it is sent, or cancel it.',
  ),
  MEDIA_NOT_MISSING: row(
    409,
    'This message has no media that could be fetched, or they are here.',
    'Read its media.',
  ),
  NO_LOGIN_TO_KEEP: row(
    409,
    'There is no login that a snapshot could keep.',
    'Link the phone, and wait until the status says that the link is durable.',
  ),
  SNAPSHOT_NOT_READY: row(
    409,
    'This snapshot can not be restored.',
    'Its state and problem say why; take another.',
  ),
  EXPORT_NOT_READY: row(
    409,
    'This export has no archive yet, or none any more.',
    'Wait until its state is READY; where it is FAILED, ask for another.',
  ),
  ROLLBACK_NOT_ACCEPTED: row(
    409,
    'This would put an older login in place of the present one.',
    'Read the detail, and repeat it with "acceptRollback": true where that is what you want.',
  ),
  SNAPSHOT_UNLINKED: row(
    409,
    'The login in this snapshot was ended after it was taken.',
    'Link the phone again; or, where the phone still lists it as linked, repeat it with "acceptUnlinked": true.',
  ),
  TENANT_MOVED: row(
    409,
    'This tenant was moved to another installation.',
    'Use it there; or take it back (wafleet move --take-back) once nothing of it runs there.',
  ),
  MOVE_NOT_READY: row(
    409,
    'This tenant can not be moved yet.',
    'Do what the detail says, and repeat it; wafleet move does all of it.',
  ),
  NOT_MOVED: row(409, 'This tenant was not moved away.', 'Read its status.'),
  TENANT_HERE: row(
    409,
    'This tenant is here already.',
    'Read its status; where it is to come from elsewhere, move it away or erase it here first.',
  ),
  NUMBER_LINKED: row(
    409,
    'The number is linked to another tenant here.',
    'Unlink it there first; nothing was changed.',
  ),
  ARCHIVE_NOT_OPENED: row(
    422,
    'The archive can not be opened.',
    'Check its key and that it came whole; nothing was changed.',
  ),
  ROLLOUT_UNDER_WAY: row(
    409,
    'A rollout is under way.',
    'Wait until it ends, or take it back; wafleet rollout status shows it.',
  ),
  ROLLOUT_NOT_SO: row(409, 'The rollout is in no state for this.', 'Read its state.'),
  NOTHING_TO_GO_BACK_TO: row(
    409,
    'The build before is not there any more.',
    'Bring it back under a version of its own, and roll that out.',
  ),
  LINK_ENDED: row(410, 'This link is no longer valid.', 'Ask who sent it for a new one.'),
  BODY_TOO_LARGE: row(413, 'The body is too large.', 'Send less than the limit named in the answer.'),
  UNSUPPORTED_MEDIA_TYPE: row(
    415,
    'This type of content is not taken here.',
    'Send plain, uncompressed JSON with content-type application/json, or to an upload the plain bytes.',
  ),
  RANGE_NOT_SATISFIABLE: row(
    416,
    'The content ends before the range that was asked for.',
    'Ask for bytes within the size in the answer.',
  ),
  IDEMPOTENCY_MISMATCH: row(
    422,
    'This Idempotency-Key was used with another body.',
    'Use a new key for a new request.',
  ),
  MEDIA_NOT_FETCHED: row(
    422,
    'The media could not be fetched from its address.',
    'Correct what the detail says, or upload the media instead.',
  ),
  CAPABILITY_MISSING: row(
    409,
    'The page of WhatsApp Web lacks what this needs.',
    'It works again after an update of Wafleet; the answer names the capability.',
  ),
  NOT_ALLOWED_BY_WHATSAPP: row(
    409,
    'WhatsApp does not allow this.',
    'Look whether it is yours to change, and within what WhatsApp allows.',
  ),
  QUEUE_FULL: row(429, 'Too many messages wait for this chat.', 'Wait as long as Retry-After says.'),
  TOO_SOON: row(429, 'This was done a moment ago.', 'Wait as long as Retry-After says.'),
  RATE_LIMITED: row(429, 'This key is used too often.', 'Wait as long as Retry-After says.'),
  TOO_MANY_TRIES: row(429, 'This was tried too often.', 'Wait as long as Retry-After says.'),
  INTERNAL: row(500, 'Something went wrong on our side.', 'Repeat it; if it stays, report the request id.'),
  WORKER_TIMEOUT: row(503, 'The session did not answer in time.', 'Read the status and try again.'),
  UNAVAILABLE: row(503, 'The service can not do this right now.', 'Try again shortly.'),
  STORAGE_FULL: row(507, 'There is no room left to store this.', 'Ask an operator to make room.'),
  STANDBY: row(503, 'This control plane is standing by for another.', 'Ask the active one, or wait.'),
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof errors;
export const errorCodes = Object.keys(errors) as [ErrorCode, ...ErrorCode[]];

export interface FieldError {
  /** Path of the field, dots between its parts; '' for the whole body. */
  field: string;
  message: string;
}

/**
 * An expected failure on its way to a caller.
 * `detail` is public; `internal` and `cause` are for the log only.
 */
export class AppError extends Error {
  readonly detail: string | undefined;
  readonly fields: FieldError[] | undefined;
  readonly internal: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  /** Further public members of the answer, e.g. `{ reason: 'qr_expired' }`. */
  readonly extra: Record<string, unknown> | undefined;

  constructor(
    readonly code: ErrorCode,
    options: {
      detail?: string;
      fields?: FieldError[];
      internal?: string;
      cause?: unknown;
      retryAfterSeconds?: number;
      extra?: Record<string, unknown>;
    } = {},
  ) {
    super(options.internal ?? options.detail ?? errors[code].title, { cause: options.cause });
    this.name = 'AppError';
    this.detail = options.detail;
    this.fields = options.fields;
    this.internal = options.internal;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.extra = options.extra;
  }
}
