/**
 * What an operator may ask of a tenant's session, from the mildest to the strongest. Kept in the worker's row until it is
 * done, so that a control plane that dies in the middle leaves it to the next.
 * - `reset_reconnect`: attempts and crashes are forgotten, the next try is due now
 * - `force_cleanup`: every process, lock and temp file is cleaned away; the profile is kept
 * - `reset`: as `force_cleanup`; the link is ended too, the profile set aside
 */
export const sessionActs = ['reset_reconnect', 'force_cleanup', 'reset'] as const;
export type SessionAct = (typeof sessionActs)[number];

/** What is to be done when a second act is asked for before the first is done: the stronger covers the other. */
export function strongerAct(pending: SessionAct | null, asked: SessionAct): SessionAct {
  if (pending === null) return asked;
  return sessionActs.indexOf(pending) > sessionActs.indexOf(asked) ? pending : asked;
}
