import type { Page } from 'puppeteer';
import type { PageMessage } from '../whatsapp-chats';
import type { ClientEvent } from '../whatsapp-client';

/**
 * Hears what the page tells of messages and of what becomes of them. Under the library's own names, so that the library does not install its
 * handlers: those leave out what a group tells of itself, and break on what they can't interpret, which is then lost.
 * Holds for every document of the page.
 */
export async function hearNews(
  page: Pick<Page, 'exposeFunction'>,
  emit: (event: ClientEvent) => void,
): Promise<void> {
  await page.exposeFunction('onAddMessageEvent', (message: PageMessage) =>
    emit({ kind: 'message', message }),
  );
  await page.exposeFunction('onMessageAckEvent', (message: PageMessage, ack: number) =>
    emit({ kind: 'ack', message, ack }),
  );
  await page.exposeFunction('onEditMessageEvent', (message: PageMessage) =>
    emit({ kind: 'update', message }),
  );
  await page.exposeFunction('onChangeMessageTypeEvent', (message: PageMessage) => {
    if (message['type'] === 'revoked') emit({ kind: 'update', message: asItsTarget(message) });
  });
  await page.exposeFunction('onReaction', (reactions: PageMessage[]) => {
    for (const reaction of reactions)
      emit({ kind: 'update', message: { id: reaction['parentMsgKey'], wafleetReactions: [reaction] } });
  });
  await page.exposeFunction('onPollVoteEvent', (votes: PageMessage[]) => {
    for (const vote of votes)
      emit({ kind: 'update', message: { id: vote['parentMsgKey'], wafleetVotes: [vote] } });
  });
}

/** A deleted message may bear the id of its deletion; then it names its own apart. */
function asItsTarget(message: PageMessage): PageMessage {
  return { ...message, id: message['protocolMessageKey'] ?? message['id'] };
}
