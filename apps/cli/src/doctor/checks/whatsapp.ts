import { type Finding, findingsOf } from '../finding';
import type { Machine } from '../machine';

const { well, note, warning, broken } = findingsOf('whatsapp');
const clock = findingsOf('clock');
const answerTimeoutMs = 10_000;
/** Certificates and signed webhooks are refused where clocks differ by more. */
const skew = { warningMs: 5_000, brokenMs: 60_000 };

/** Whether WhatsApp Web can be reached from here, and what its server says the time is. */
export async function checkClockAndWhatsapp({ access }: Machine): Promise<Finding[]> {
  if (access?.standinUrl !== undefined)
    return [note('WhatsApp is played by the stand-in here; the real one is not asked.'), noClock()];
  const before = Date.now();
  try {
    const response = await fetch('https://web.whatsapp.com/', {
      method: 'HEAD',
      redirect: 'manual',
      signal: AbortSignal.timeout(answerTimeoutMs),
    });
    const says = `web.whatsapp.com answers (${response.status})`;
    return [
      response.status < 500 && response.status !== 403
        ? well(says)
        : warning(`${says}, which is a refusal or a fault of its own.`, {
            mend: 'Wait, or give the tenants a proxy: their address may be blocked',
          }),
      judgeClock(response.headers.get('date'), before),
    ];
  } catch (error) {
    const { cause, name } = error as { cause?: { code?: string }; name?: string };
    const code = cause?.code ?? (name === 'TimeoutError' ? 'no answer in time' : 'no connection');
    return [
      broken(`WhatsApp Web can't be reached from this machine (${code}).`, {
        mend: 'See what is in the way, name servers, firewall or a proxy: curl -v https://web.whatsapp.com/',
      }),
      noClock(),
    ];
  }
}

const noClock = () => clock.note('There was no other clock to compare ours with.');

export function judgeClock(date: string | null, at: number): Finding {
  const theirs = Date.parse(date ?? '');
  if (Number.isNaN(theirs)) return noClock();
  // Theirs has whole seconds.
  const offMs = Math.max(0, Math.abs(at - theirs) - 1_000);
  const says = `Our clock is ${Math.round(offMs / 1_000)} s ${at > theirs ? 'ahead of' : 'behind'} that of WhatsApp's server`;
  const mend = 'timedatectl set-ntp true, or install chrony';
  if (offMs > skew.brokenMs) return clock.broken(`${says}.`, { mend });
  return offMs > skew.warningMs ? clock.warning(`${says}.`, { mend }) : clock.well('Our clock is right');
}
