import type { Page } from 'puppeteer';
import type { PageMessage } from './whatsapp-chats';
import type { ClientEvent } from './whatsapp-client';

/**
 * Hears what the page tells of messages. Under the library's own names, so that the library does not install its
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
}
