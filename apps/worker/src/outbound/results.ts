import type { CommandErrorCode, CommandResult } from '@wafleet/contracts';
import { DeadlineError } from '@wafleet/runtime';
import { PageError } from '../whatsapp/page/page-error';

/** Certain that nothing was sent. */
export function refused(code: CommandErrorCode, message: string): CommandResult {
  return { ok: false, code, message, nothingSent: true };
}

/**
 * What a call into the page that failed leaves open.
 * @param isBeforeSend the page was only asked a question
 * @throws the error itself where it is none of the page's
 */
export function failed(error: unknown, isBeforeSend: boolean): CommandResult {
  if (!(error instanceof PageError)) throw error;
  return {
    ok: false,
    code: codeOf(error),
    message: error.message.slice(0, 500),
    nothingSent: isBeforeSend || error.nothingSent,
  };
}

function codeOf(error: PageError): CommandErrorCode {
  if (error.isOfUnreadyPage) return 'not_connected';
  return error.cause instanceof DeadlineError ? 'timed_out' : 'rejected';
}
