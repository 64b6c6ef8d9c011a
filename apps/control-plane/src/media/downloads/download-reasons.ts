/** Why media are not there (yet): the sentence that the tenant's people read. */
const reasons = {
  worker_away: 'The session is not connected; it goes on when it is.',
  no_room: 'There is no room left to store it; an operator has to make some.',
  awaited: "WhatsApp has it no more; the sender's phone was asked to give it once again.",
  gone: 'WhatsApp has it no more, and nobody gives it once again.',
  too_large: 'It is larger than this installation stores.',
  message_missing: 'The message is not on WhatsApp Web any more.',
  not_fetched: 'WhatsApp Web could not fetch it.',
  timed_out: 'It did not come in time.',
  damaged: 'What came is not what was sent.',
  unsupported: 'The worker of this session is too old to fetch it; restart it.',
  given_up: 'The number that it came to was not linked for long.',
} as const satisfies Record<string, string>;

export type DownloadReason = keyof typeof reasons;

/** @param code as stored; one of an other version is told without a sentence */
export function reasonOf(code: string): { code: string; message: string } {
  return { code, message: code in reasons ? reasons[code as DownloadReason] : '' };
}
