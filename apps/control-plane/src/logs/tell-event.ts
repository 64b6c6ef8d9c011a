import {
  type Reason,
  reasons,
  type TenantEvent,
  type WebhookProblem,
  webhookProblems,
} from '@wafleet/contracts';

interface Told {
  level: 'info' | 'warn' | 'error';
  message: string;
}

/** An event as a sentence for the tenant's people. What an event does not say is left out. */
export function tellEvent({ type, data }: TenantEvent): Told {
  switch (type) {
    case 'tenant.created':
      return info('The workspace was created.');
    case 'tenant.updated':
      return info('The settings of the workspace were changed.');
    case 'tenant.erased':
      return info('The workspace was erased.');
    case 'tenant.status':
      return { level: levelOf(data['status']), message: `Status: ${words(data['status'])}.${because(data)}` };
    case 'session.state':
      return { level: levelOf(data['state']), message: `Session: ${words(data['state'])}.${because(data)}` };
    case 'session.qr':
      return info('A new code is shown.');
    case 'message.received':
      return info('A message was received.');
    case 'message.sent_from_phone':
      return info('A message was sent from the phone.');
    case 'message.status':
      return {
        level: levelOf(data['status']),
        message: `A message is ${words(data['status'])}${saidBy(data)}.`,
      };
    case 'message.edited':
      return info('The text of a message was changed.');
    case 'message.revoked':
      return info('A message was deleted for everybody.');
    case 'message.reaction':
      return info('A reaction to a message was given, changed or taken back.');
    case 'message.vote':
      return info('A vote in a poll was given, changed or taken back.');
    case 'media.stored':
      return info('Media of a message were stored.');
    case 'media.failed':
      return { level: 'warn', message: `Media of a message could not be fetched: ${words(data['reason'])}.` };
    case 'group.changed':
      return info(`A group has changed: ${words(data['event'])}.`);
    case 'outage.recovered':
      return {
        level: data['incompleteChats'] === 0 ? 'info' : 'warn',
        message: `After a time without connection, ${String(data['recovered'])} messages of it were found.`,
      };
    case 'webhook.state':
      return {
        level: data['state'] === 'ACTIVE' ? 'info' : 'warn',
        message: `A webhook is ${words(data['state'])}${saidBy(data)}.${sentence(data['reason'])}`,
      };
    case 'snapshot.taken':
      return info('A snapshot of the session was taken.');
    case 'snapshot.failed':
      return {
        level: 'warn',
        message: `${data['verb'] === 'checked' ? 'A snapshot would not do.' : `A snapshot could not be ${words(data['verb'])}.`} ${String(data['problem'])}`,
      };
    case 'snapshot.restored':
      return { level: 'warn', message: 'The session was put back as a snapshot has it.' };
    case 'worker.started':
      return info('The session process was started.');
    case 'worker.ended':
      return { level: 'warn', message: `The session process ended.${because(data)}` };
    case 'key.created':
      return info(`A key for programs was made: ${String(data['name'])}${madeBy(data)}.`);
    case 'key.revoked':
      return info(`A key for programs was revoked: ${String(data['name'])}${madeBy(data)}.`);
    case 'incident.opened':
      return { level: 'warn', message: `Trouble was noted.${because(data)}` };
    case 'incident.resolved':
      return info(`Trouble is over.${because(data)}`);
    case 'action.requested':
      return info(`Asked for: ${words(data['action'])}${madeBy(data)}.`);
  }
}

const levels: Record<string, Told['level']> = {
  ERROR: 'error',
  FAILED: 'error',
  LOGGED_OUT: 'error',
  UNCERTAIN: 'error',
  RECOVERING: 'warn',
  RECONNECTING: 'warn',
  DISCONNECTED: 'warn',
  EXPIRED: 'warn',
};

function levelOf(state: unknown): Told['level'] {
  return levels[String(state)] ?? 'info';
}

function info(message: string): Told {
  return { level: 'info', message };
}

function words(value: unknown): string {
  return typeof value === 'string' ? value.toLowerCase().replaceAll('_', ' ') : 'unknown';
}

/** Who decided it, where a person did. */
function saidBy(data: TenantEvent['data']): string {
  return typeof data['by'] === 'string' ? `, as said by ${data['by']}` : '';
}

function madeBy(data: TenantEvent['data']): string {
  return typeof data['by'] === 'string' ? `, by ${data['by']}` : '';
}

function sentence(problem: unknown): string {
  const text = webhookProblems[problem as WebhookProblem] as string | undefined;
  return text === undefined ? '' : ` ${text}`;
}

function because(data: TenantEvent['data']): string {
  const row = reasons[data['reason'] as Reason] as { label: string; explanation: string } | undefined;
  return row ? ` ${row.label}: ${row.explanation}` : '';
}
