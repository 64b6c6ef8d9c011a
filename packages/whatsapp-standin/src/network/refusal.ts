const refusals = {
  unknown_user: { status: 404, title: 'No such user' },
  unknown_group: { status: 404, title: 'No such group' },
  unknown_message: { status: 404, title: 'No such message' },
  unknown_device: { status: 404, title: 'No such linked device' },
  unknown_qr: { status: 404, title: 'No page shows this QR' },
  unknown_code: { status: 404, title: 'No page shows this pairing code' },
  expired: { status: 410, title: 'Expired' },
  not_a_member: { status: 403, title: 'Not in this group' },
  not_allowed: { status: 403, title: 'Not allowed' },
  phone_offline: { status: 409, title: 'The phone is offline' },
  device_limit: { status: 409, title: 'Too many linked devices' },
  wrong_account: { status: 409, title: 'The code is for another account' },
  too_long: { status: 413, title: 'The message is too long' },
  not_confirmed: { status: 504, title: 'The page did not finish linking' },
} as const;

export type RefusalCode = keyof typeof refusals;

/** The network says no, for a reason that a caller can act on. */
export class Refusal extends Error {
  readonly status: number;
  readonly title: string;

  constructor(
    readonly code: RefusalCode,
    detail: string,
  ) {
    super(detail);
    this.name = 'Refusal';
    this.status = refusals[code].status;
    this.title = refusals[code].title;
  }
}
