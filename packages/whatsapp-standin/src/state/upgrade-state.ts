import { z } from 'zod';

const looseMessage = z.looseObject({
  to: z.string(),
  body: z.string(),
  ack: z.number(),
});
const firstVersion = z.looseObject({
  version: z.literal(1),
  conversations: z.array(z.looseObject({ messages: z.array(looseMessage) })),
});

/** A state file of the first version, which held nothing but text between two people, as the present one. */
export function upgradeState(stored: unknown): unknown {
  const old = firstVersion.safeParse(stored).data;
  if (!old) return stored;
  const conversations = old.conversations.map((conversation) => ({
    ...conversation,
    messages: conversation.messages.map(({ body, ...message }) => ({
      ...message,
      content: { kind: 'chat', body },
      receipts: { [message.to]: message.ack },
      mentions: [],
      forwardingScore: 0,
      changes: [],
    })),
  }));
  return { ...old, version: 2, groups: [], conversations };
}
