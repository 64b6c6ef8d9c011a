/**
 * What is to be done to a tenant's session; all but `refuse_link` are an operator's wish. Kept in the worker's row until it is
 * done, so that a control plane that dies in the middle leaves it to the next.
 * - `reset_reconnect`: attempts and crashes are forgotten, the next try is due now
 * - `force_cleanup`: every process, lock and temp file is cleaned away; the profile is kept
 * - `logout`: as `force_cleanup`; the link is ended too, the profile set aside, and the tenant parked
 * - `reset`: as `logout`, and then it starts anew
 * - `refuse_link`: as `logout`, because the number is linked to another tenant
 * - `restore`: as `force_cleanup`; then a snapshot takes the profile's place
 */
export const sessionActs = [
  'reset_reconnect',
  'force_cleanup',
  'logout',
  'reset',
  'refuse_link',
  'restore',
] as const;
export type SessionAct = (typeof sessionActs)[number];
export type OperatorAct = Exclude<SessionAct, 'refuse_link' | 'restore'>;

const strengths: Record<SessionAct, number> = {
  reset_reconnect: 0,
  force_cleanup: 1,
  logout: 2,
  reset: 2,
  restore: 2,
  refuse_link: 3,
};

/**
 * What is to be done when a second act is asked for before the first is done: the stronger covers the other, and of a
 * logout, a reset and a restore the later counts, because they differ in what is wanted afterwards.
 */
export function strongerAct(pending: SessionAct | null, asked: SessionAct): SessionAct {
  if (pending === null) return asked;
  if (pending === 'logout' && asked === 'reset_reconnect') return 'reset';
  return strengths[pending] > strengths[asked] ? pending : asked;
}

/** What is to be done when a start is asked for before the act is done: one that would park its tenant parks it no more. */
export function startedAfter(pending: SessionAct | null): SessionAct | null {
  return pending === 'logout' ? 'reset' : pending;
}
