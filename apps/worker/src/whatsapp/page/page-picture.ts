import { incidentLimits } from '@wafleet/contracts';
import { DeadlineError, withDeadline } from '@wafleet/runtime';
import type { PageCalls } from './page-calls';
import { mayShowCode } from './page-functions';
import type { Picture } from '../whatsapp-client';

/** What a repair may wait for it. */
const answerMs = 1_000;
const jpegQuality = 50;

export const noPage: Picture = { none: 'no page was open' };

/**
 * A look at the page as it is now. Never with a code on it: whoever may look into a trouble need not be allowed to link
 * the tenant's account. Never throws.
 */
export async function takePicture(
  calls: Pick<PageCalls, 'ask' | 'screenshot' | 'hasPage'>,
  timeoutMs = answerMs,
): Promise<Picture> {
  if (!calls.hasPage) return noPage;
  return withDeadline(look(calls), timeoutMs, 'picture').catch((error: unknown) => ({
    none: error instanceof DeadlineError ? 'the page did not answer in time' : 'the page could not be asked',
  }));
}

async function look(calls: Pick<PageCalls, 'ask' | 'screenshot'>): Promise<Picture> {
  if (await calls.ask(mayShowCode)) return { none: withCode };
  const jpeg = await calls.screenshot(jpegQuality);
  // One that appeared meanwhile may be on it.
  if (await calls.ask(mayShowCode)) return { none: withCode };
  const isTooLarge = jpeg.length > Math.floor(incidentLimits.screenshotBytes / 3) * 4;
  return isTooLarge ? { none: 'it was too large' } : { jpeg };
}

const withCode = 'a code that links the account may have been on the page';
