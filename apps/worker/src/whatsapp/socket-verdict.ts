import type { Reason } from '@wafleet/contracts';
import type { PageStatus } from './page/page-functions';

/** What a state of the page's socket means for us. The library's names end here. */
export type SocketVerdict =
  | { kind: 'up' }
  | { kind: 'down' }
  /** The page stopped making codes, because nobody scanned. */
  | { kind: 'code_idle' }
  | { kind: 'needs_link' }
  /** Credentials are being checked. */
  | { kind: 'signing_in' }
  | { kind: 'unpaired' }
  /** WhatsApp is open in another place. */
  | { kind: 'conflict' }
  | { kind: 'failed'; reason: Reason; detail: string | null }
  | { kind: 'unclear' };

/** @param hasBeenUp this page was signed in before */
export function judgeSocket(status: Pick<PageStatus, 'state' | 'stream'>, hasBeenUp: boolean): SocketVerdict {
  switch (status.state) {
    case 'CONNECTED':
      return { kind: status.stream === 'DISCONNECTED' ? 'down' : 'up' };
    case 'OPENING':
    case 'TIMEOUT':
    case 'UNLAUNCHED':
      return { kind: hasBeenUp ? 'down' : 'unclear' };
    case 'PAIRING':
      return { kind: hasBeenUp ? 'down' : 'signing_in' };
    case 'UNPAIRED':
      return { kind: hasBeenUp ? 'unpaired' : 'needs_link' };
    case 'UNPAIRED_IDLE':
      return { kind: hasBeenUp ? 'unpaired' : 'code_idle' };
    case 'CONFLICT':
      return { kind: 'conflict' };
    case 'TOS_BLOCK':
    case 'SMB_TOS_BLOCK':
      return { kind: 'failed', reason: 'restricted', detail: null };
    case 'PROXYBLOCK':
      return {
        kind: 'failed',
        reason: 'whatsapp_unreachable',
        detail: 'WhatsApp refuses the address that it is reached from',
      };
    case 'DEPRECATED_VERSION':
      return { kind: 'failed', reason: 'version_deprecated', detail: null };
    default:
      return { kind: 'unclear' };
  }
}
