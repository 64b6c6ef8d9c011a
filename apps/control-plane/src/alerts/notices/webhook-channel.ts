import { Webhook } from 'standardwebhooks';
import { systemErrorCode } from '../../system-error';
import type { AlertChannel, Taking } from './alert-channel';

/** Of the 4xx answers, those that another try may well change. */
const passingRefusals = [408, 425, 429];

/**
 * Posts notices to the operators' own address, signed as Standard Webhooks says. The address comes from the
 * configuration, not from a tenant, so that it may be a private one; redirects are not followed all the same.
 */
export function createWebhookChannel(
  { url, secret }: { url: string; secret: string },
  now: () => Date,
  answerTimeoutMs = 10_000,
): AlertChannel {
  const signer = new Webhook(secret);

  return {
    name: 'webhook',
    async send(id, notice) {
      const body = JSON.stringify(notice);
      const at = now();
      const headers = {
        'content-type': 'application/json',
        'user-agent': 'Wafleet',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
        'webhook-signature': signer.sign(id, at, body),
      };
      const signal = AbortSignal.timeout(answerTimeoutMs);
      try {
        const answer = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal });
        // Nothing of it is of interest, and it may be endless.
        await answer.body?.cancel();
        return takingOf(answer.status);
      } catch (error) {
        return { kind: 'unreached', problem: whyUnreached(error) };
      }
    },
  };
}

function takingOf(status: number): Taking {
  if (status >= 200 && status < 300) return { kind: 'taken' };
  const isRefusal = status < 500 && !passingRefusals.includes(status);
  return { kind: isRefusal ? 'refused' : 'unreached', problem: `The webhook answered ${status}.` };
}

/** Without the address, which may be a secret in itself. */
function whyUnreached(error: unknown): string {
  const { name, cause } = error as { name?: string; cause?: unknown };
  if (name === 'TimeoutError') return 'The webhook did not answer in time.';
  return `The webhook can't be reached (${systemErrorCode(cause) ?? 'unknown'}).`;
}
