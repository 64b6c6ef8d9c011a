import type { Command, CommandResult } from '@wafleet/contracts';
import type { Backfill } from './inbound/backfill';
import type { MediaFetches } from './inbound/media-fetches';
import type { Outbound } from './outbound/outbound';
import type { PageCommands } from './outbound/page-commands';
import type { Session } from './session/session';
import { PageError } from './whatsapp/page/page-error';

interface Parts {
  session: Pick<Session, 'requestPairingCode' | 'logout' | 'resetReconnect' | 'takePicture'>;
  outbound: Pick<Outbound, 'send' | 'change' | 'find' | 'stage' | 'show'>;
  pageCommands: Pick<PageCommands, 'read' | 'act'>;
  backfill: Pick<Backfill, 'begin'>;
  mediaFetches: Pick<MediaFetches, 'fetch' | 'read' | 'drop'>;
}

/** How long the page may take to be looked at for a person. */
const lookMs = 10_000;

/** Carries out what the control plane asks. Expected failures are results. */
export async function runCommand(
  command: Command,
  { session, outbound, pageCommands, backfill, mediaFetches }: Parts,
): Promise<CommandResult> {
  switch (command.kind) {
    case 'message.send':
    case 'message.send_content':
    case 'message.send_poll':
      return outbound.send(command);
    case 'message.change':
      return outbound.change(command);
    case 'media.stage':
      return outbound.stage(command);
    case 'media.fetch':
      return mediaFetches.fetch(command);
    case 'media.read':
      return mediaFetches.read(command);
    case 'media.drop':
      return mediaFetches.drop(command);
    case 'page.read':
      return pageCommands.read(command);
    case 'page.act':
      return pageCommands.act(command);
    case 'chat.state':
    case 'chat.seen':
      return outbound.show(command);
    case 'message.find':
      return outbound.find(command);
    case 'messages.backfill':
      if (backfill.begin(command)) return { ok: true, value: {} };
      return { ok: false, code: 'not_connected', message: 'the session is not connected', nothingSent: true };
    case 'session.pairing_code':
      return pairingCode(session, command.phoneNumber);
    case 'session.logout':
      return { ok: true, value: { unlinked: await session.logout(command.reason ?? 'signed_out_by_user') } };
    case 'session.reset_reconnect':
      session.resetReconnect();
      return { ok: true, value: {} };
    case 'session.screenshot':
      return { ok: true, value: { ...(await session.takePicture(lookMs)) } };
    default:
      // Not by our types, but by a newer control plane.
      return { ok: false, code: 'unknown_command', message: 'this worker is older', nothingSent: true };
  }
}

async function pairingCode(session: Parts['session'], phoneNumber: string): Promise<CommandResult> {
  try {
    const code = await session.requestPairingCode(phoneNumber);
    if (code) return { ok: true, value: code };
    return { ok: false, code: 'not_waiting_for_link', message: 'no code is awaited now', nothingSent: true };
  } catch (error) {
    if (!(error instanceof PageError)) throw error;
    return { ok: false, code: 'rejected', message: error.message.slice(0, 500), nothingSent: true };
  }
}
