import type { Tenant, TenantStatusView } from '@wafleet/contracts';
import { howLong, megabytes } from '../terminal/moments';
import { printable } from '../terminal/printable';
import { facts } from '../terminal/table';
import type { Terminal } from '../terminal/terminal';
import { nextCommand } from './next-step';

const colours: Record<string, Parameters<Terminal['style']>[0]> = {
  ACTIVE: 'green',
  ERROR: 'red',
  RECOVERING: 'yellow',
  STARTING: 'yellow',
  QR_PENDING: 'yellow',
  PAUSED: 'gray',
  NEW: 'gray',
  ERASING: 'gray',
};

export function colourOf(status: string): Parameters<Terminal['style']>[0] {
  return colours[status] ?? 'white';
}

/** `Bakery: RECOVERING, Browser crashed (attempt 2)`, in one line. */
export function statusLine(tenant: Pick<Tenant, 'name'>, view: TenantStatusView): string {
  const { status, reason, attempt } = view;
  const parts = [status, reason && reason.label, attempt > 0 ? `attempt ${attempt}` : null];
  return `${printable(tenant.name)}: ${parts.filter((part) => part !== null).join(', ')}`;
}

/** Everything about one tenant that a person at night wants to know, the next step first. */
export function statusText(
  tenant: Pick<Tenant, 'id' | 'name'>,
  view: TenantStatusView,
  terminal: Terminal,
): string {
  const { session, worker, queues, reason } = view;
  const ago = (at: string | null) => (at === null ? null : `${howLong(at)} ago`);
  const memory = (worker.memory.nodeBytes ?? 0) + (worker.memory.browserBytes ?? 0);
  const versions = Object.entries({
    'WhatsApp Web': session.versions.whatsappWeb,
    browser: session.versions.browser,
    library: session.versions.library,
  }).flatMap(([name, version]) => (version === null ? [] : [`${name} ${version}`]));
  return facts([
    ['tenant', `${printable(tenant.name)}  ${tenant.id}`],
    ['status', `${terminal.style(colourOf(view.status), view.status)} for ${howLong(view.since)}`],
    ['why', reason && `${reason.label}: ${reason.explanation}`],
    ['in particular', view.detail && printable(view.detail)],
    ['repaired by', reason && (reason.repairedBy === 'nobody' ? null : reason.repairedBy)],
    ['do', nextCommand(reason, tenant.name)],
    ['next try', view.nextAttemptAt && `in ${howLong(view.nextAttemptAt)} (attempt ${view.attempt + 1})`],
    ['wanted', view.desiredState],
    ['logged in', view.isLoggedIn ? 'yes' : 'no'],
    ['connected', view.isConnected ? 'yes, proven by a round trip' : 'no'],
    [
      'account',
      session.account && `+${session.account.phoneNumber} ${printable(session.account.name ?? '')}`,
    ],
    ['session', `${session.state} for ${howLong(session.since)}`],
    ['last seen', ago(session.lastSeenAt)],
    ['link', session.linkIsDurable ? 'survives a crash' : null],
    ['worker', `${worker.status}, generation ${worker.generation}, ${worker.restarts} restarts`],
    ['last heartbeat', ago(worker.lastHeartbeatAt)],
    ['memory', memory > 0 ? megabytes(memory) : null],
    ['container', containerText(worker)],
    ['on the disk', worker.diskBytes === null ? null : megabytes(worker.diskBytes)],
    ['processor', worker.cpuPercent === null ? null : `${Math.round(worker.cpuPercent)} %`],
    ['to be sent', String(queues.outbound)],
    ['versions', versions.join(', ')],
    ['last error', view.lastError && printable(view.lastError)],
  ]);
}

function containerText({ container, cpuPercent }: TenantStatusView['worker']): string | null {
  if (container === null) return null;
  const { memoryBytes, memoryLimitBytes, pids, pidsLimit, cpuLimit } = container;
  const of = (limit: string | null) => (limit === null ? '' : ` of ${limit}`);
  const parts = [
    memoryBytes === null
      ? null
      : megabytes(memoryBytes) + of(memoryLimitBytes === null ? null : megabytes(memoryLimitBytes)),
    pids === null
      ? null
      : `${pids}${of(pidsLimit === null ? null : String(pidsLimit))} processes and threads`,
    cpuPercent === null || cpuLimit === null
      ? null
      : `${(cpuPercent / 100).toFixed(2)} of ${cpuLimit} processors`,
  ];
  return parts.filter((part) => part !== null).join(', ');
}
