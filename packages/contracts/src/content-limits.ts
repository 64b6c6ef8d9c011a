/**
 * No message holds more than this; what is longer is cut, in characters (UTF-16 units) and entries. Apart from the
 * schemas, because workers load it.
 */
export const contentLimits = {
  name: 1_024,
  url: 2_048,
  cards: 50,
  card: 8_192,
  pollOptions: 64,
  /** Of polls that are sent: as many as WhatsApp takes. */
  ownPollOptions: 12,
  recipients: 1_024,
  mentions: 256,
  /** Messages of one request. */
  bulkMessages: 100,
  /** What became of one message, in one record of it. */
  updates: 2_000,
  emoji: 64,
} as const;
