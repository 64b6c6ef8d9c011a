import type { Reason, reasons } from '@wafleet/contracts';

type UserAction = (typeof reasons)[Reason]['userAction'];

/** The command that does what a reason asks of a person; null where waiting is right, or no command helps. */
export function nextCommand(
  reason: { code: string; userAction: string } | null,
  tenant: string,
): string | null {
  if (reason === null) return null;
  const called = /^[\w-]+$/.test(tenant) ? tenant : JSON.stringify(tenant);
  if (reason.code === 'number_in_use') return `wafleet reset ${called}`;
  const verb = verbs[reason.userAction as UserAction] ?? null;
  if (verb === null) return null;
  return verb.endsWith('doctor') ? verb : `${verb} ${called}`;
}

const verbs: Record<UserAction, string | null> = {
  none: null,
  scan: 'wafleet qr --watch',
  enter_code: null,
  show_new_code: 'wafleet start --qr',
  link_again: 'wafleet start --qr',
  choose_take_over: 'wafleet take-over',
  choose_account: 'wafleet accept-number',
  reconnect: 'wafleet reset-reconnect',
  start: 'wafleet start',
  stop_sending: null,
  update_wafleet: null,
  fix_machine: 'wafleet doctor',
  raise_limit: null,
};
