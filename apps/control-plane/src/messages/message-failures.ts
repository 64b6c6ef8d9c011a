/** Why a message FAILED or is UNCERTAIN: the sentence that its sender reads. */
const failures = {
  invalid_recipient: 'This recipient can not be reached on WhatsApp.',
  rejected: 'WhatsApp Web did not take the message, also after several tries.',
  whatsapp_error: 'WhatsApp reported that the message could not be sent.',
  no_confirmation: 'WhatsApp has not confirmed the message; it may still go out.',
  outcome_unknown: 'It could not be found out whether the message was sent.',
} as const satisfies Record<string, string>;

export type FailureCode = keyof typeof failures;

/** The two columns that tell of a failure. */
export function failureColumns(code: FailureCode): { errorCode: FailureCode; errorMessage: string } {
  return { errorCode: code, errorMessage: failures[code] };
}
