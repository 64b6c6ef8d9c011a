import type { Page } from 'puppeteer';
import type { PageMessage } from '../whatsapp-chats';
import type { ClientEvent } from '../whatsapp-client';

/** The name by which the page reaches us. */
const binding = 'wafleetNews';

/** One call of a handler of the library's in the page: its name, and what it was called with. */
type News = [handler: string, ...told: unknown[]];

/**
 * Hears what the page tells of messages and of what becomes of them. Holds for every document of the page.
 *
 * The handlers stand in the page under the library's own names, so that the library does not install its own: those
 * leave out what a group tells of itself, break on what they can't interpret, which is then lost, and cost a round trip
 * each, also for news that nobody wants. What comes together is told together.
 */
export async function hearNews(page: Page, emit: (event: ClientEvent) => void): Promise<void> {
  const browser = await page.createCDPSession();
  browser.on('Runtime.bindingCalled', ({ name, payload }) => {
    if (name !== binding) return;
    for (const news of JSON.parse(payload) as News[]) for (const event of eventsOf(news)) emit(event);
  });
  await browser.send('Runtime.enable');
  await browser.send('Runtime.addBinding', { name: binding });
  await page.evaluateOnNewDocument(tellNews, binding);
}

function eventsOf([handler, ...told]: News): ClientEvent[] {
  switch (handler) {
    case 'onAddMessageEvent':
      return [{ kind: 'message', message: told[0] as PageMessage }];
    case 'onMessageAckEvent':
      return [{ kind: 'ack', message: told[0] as PageMessage, ack: told[1] as number }];
    case 'onEditMessageEvent':
      return [{ kind: 'update', message: told[0] as PageMessage }];
    case 'onChangeMessageTypeEvent': {
      const message = told[0] as PageMessage;
      return message['type'] === 'revoked' ? [{ kind: 'update', message: asItsTarget(message) }] : [];
    }
    case 'onReaction':
      return (told[0] as PageMessage[]).map((reaction) => ({
        kind: 'update',
        message: { id: reaction['parentMsgKey'], wafleetReactions: [reaction] },
      }));
    case 'onPollVoteEvent':
      return (told[0] as PageMessage[]).map((vote) => ({
        kind: 'update',
        message: { id: vote['parentMsgKey'], wafleetVotes: [vote] },
      }));
    default:
      return [];
  }
}

/** A deleted message may bear the id of its deletion; then it names its own apart. */
function asItsTarget(message: PageMessage): PageMessage {
  return { ...message, id: message['protocolMessageKey'] ?? message['id'] };
}

/** Runs in the page, before any script of its own. */
function tellNews(binding: string): void {
  const page = globalThis as unknown as Record<string, (...told: unknown[]) => void>;
  let waiting: string[] = [];
  // A task of its own: what the page's tasks until then have to tell goes along. Timers would be held back in a page
  // that nobody looks at.
  const { port1, port2 } = new MessageChannel();
  const inATask = port1 as unknown as { onmessage: () => void };
  inATask.onmessage = () => {
    const together = `[${waiting.join(',')}]`;
    waiting = [];
    page[binding]?.(together);
  };
  const tell = (handler: string, told: unknown[]): void => {
    // As it is now: the page may change it before it is told.
    waiting.push(JSON.stringify([handler, ...told]));
    if (waiting.length === 1) port2.postMessage(null);
  };
  const heard = [
    'onAddMessageEvent',
    'onMessageAckEvent',
    'onEditMessageEvent',
    'onChangeMessageTypeEvent',
    'onReaction',
    'onPollVoteEvent',
  ];
  for (const handler of heard) page[handler] = (...told) => tell(handler, told);
  const unwanted = [
    'onChangeMessageEvent',
    'onRemoveMessageEvent',
    'onMessageMediaUploadedEvent',
    'onAddMessageCiphertextEvent',
    'onCiphertextFailedEvent',
    'onChatUnreadCountEvent',
    'onArchiveChatEvent',
    'onRemoveChatEvent',
    'onBatteryStateChangedEvent',
    'onIncomingCall',
  ];
  for (const handler of unwanted) page[handler] = () => undefined;
}
