/** Why a message FAILED or is UNCERTAIN: the sentence that its sender reads. */
const failures = {
  invalid_recipient: 'This recipient can not be reached on WhatsApp.',
  rejected: 'WhatsApp Web did not take the message, also after several tries.',
  whatsapp_error: 'WhatsApp reported that the message could not be sent.',
  no_confirmation: 'WhatsApp has not confirmed the message; it may still go out.',
  unsupported: 'The worker of this session is too old for this kind of message; restart it.',
  target_missing: 'The message that this one answers or is about is not in its chat any more.',
  not_allowed: 'WhatsApp does not allow this any more: it is too late, or not ours to change.',
  media_missing: 'The bytes to be sent could not be handed to the page.',
  found_unsent: 'Somebody looked and found that it was not sent.',
  outcome_unknown: 'It could not be found out whether the message was sent.',
} as const satisfies Record<string, string>;

export type FailureCode = keyof typeof failures;

/** The two columns that tell of a failure. */
export function failureColumns(code: FailureCode): { errorCode: FailureCode; errorMessage: string } {
  return { errorCode: code, errorMessage: failures[code] };
}
