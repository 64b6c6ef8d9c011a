/**
 * What is to be done to a tenant's session, from the mildest to the strongest; all but the last are an operator's wish.
 * Kept in the worker's row until it is done, so that a control plane that dies in the middle leaves it to the next.
 * - `reset_reconnect`: attempts and crashes are forgotten, the next try is due now
 * - `force_cleanup`: every process, lock and temp file is cleaned away; the profile is kept
 * - `reset`: as `force_cleanup`; the link is ended too, the profile set aside
 * - `refuse_link`: as `reset`, because the number is linked to another tenant; the tenant stays parked
 */
export const sessionActs = ['reset_reconnect', 'force_cleanup', 'reset', 'refuse_link'] as const;
export type SessionAct = (typeof sessionActs)[number];
export type OperatorAct = Exclude<SessionAct, 'refuse_link'>;

/** What is to be done when a second act is asked for before the first is done: the stronger covers the other. */
export function strongerAct(pending: SessionAct | null, asked: SessionAct): SessionAct {
  if (pending === null) return asked;
  return sessionActs.indexOf(pending) > sessionActs.indexOf(asked) ? pending : asked;
}
