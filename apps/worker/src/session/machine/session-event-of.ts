import type { ClientEvent } from '../../whatsapp/whatsapp-client';
import type { SessionEvent } from './session-model';

/** What a client tells in the machine's words. */
export function sessionEventOf(
  event: Exclude<ClientEvent, { kind: 'message' | 'ack' | 'update' }>,
): SessionEvent {
  switch (event.kind) {
    case 'incompatible':
      return { kind: 'incompatible', missing: event.missing.join(', ').slice(0, 400) };
    case 'probe':
      return { kind: event.probe.ok ? 'probe_ok' : 'probe_missed' };
    case 'socket':
      return { kind: event.isUp ? 'network_back' : 'network_lost' };
    case 'logged_out':
      return { ...event, detail: null };
    case 'failed':
    case 'module_missing':
      return event;
    case 'browser_started':
    case 'page_loaded':
    case 'qr':
    case 'pairing_code_renewed':
    case 'authenticating':
    case 'syncing':
    case 'ready':
      return { kind: event.kind };
  }
}
