import type { ListedChat, ListedContact } from '@wafleet/contracts';
import type { VerbGlobals } from './verb-modules';

/** Functions that run inside the page, as those of page-functions.ts: who is there. */

/** Chats, newest first, from behind `before` on. @param only the one with this id in the page; null: all */
export function listChats(
  before: { at: number; id: string } | null,
  limit: number,
  only: string | null,
): { chats: ListedChat[]; hasMore: boolean } {
  const page = globalThis as unknown as VerbGlobals;
  if (!page.WWebJS) throw new Error('the page is not ready');
  const { toPn } = page.require('WAWebLidMigrationUtils');
  const chats = page
    .require('WAWebCollections')
    .Chat.getModelsArray()
    .filter(({ id }) => ['c.us', 'lid', 'g.us'].includes(id.server))
    .filter(({ id }) => only === null || `${id.user}@${id.server}` === only)
    .map((chat) => {
      const id = chat.id.server === 'lid' ? (toPn(chat.id) ?? chat.id) : chat.id;
      return {
        id: `${id.user}@${id.server}`,
        name: String(chat.formattedTitle ?? chat.name ?? '').slice(0, 1_024),
        isGroup: chat.id.server === 'g.us',
        at: Math.max(0, Math.floor(chat.t ?? 0)),
        unread: Math.max(0, chat.unreadCount ?? 0),
        isMarkedUnread: chat.unreadCount === -1,
        isArchived: chat.archive === true,
        isPinned: Boolean(chat.pin),
        mutedUntil: Math.floor(chat.mute?.expiration ?? 0),
      };
    })
    .sort((a, b) => b.at - a.at || (a.id < b.id ? -1 : 1))
    .filter(
      (chat) => before === null || chat.at < before.at || (chat.at === before.at && chat.id > before.id),
    );
  return { chats: chats.slice(0, limit), hasMore: chats.length > limit };
}

/** People, by their ids, from behind `after` on. A person that goes by two ids is one. @param only as of listChats() */
export function listContacts(
  after: string | null,
  limit: number,
  only: string | null,
): { contacts: ListedContact[]; hasMore: boolean } {
  const page = globalThis as unknown as VerbGlobals;
  if (!page.WWebJS) throw new Error('the page is not ready');
  const { toPn } = page.require('WAWebLidMigrationUtils');
  const { getName, getPushname } = page.require('WAWebContactGetters');
  const { Contact, Blocklist } = page.require('WAWebCollections');
  const named = (text: string | undefined) => (text ? String(text).slice(0, 1_024) : null);
  const byId = new Map<string, ListedContact>();
  for (const contact of Contact.getModelsArray()) {
    const { server, user } = contact.id;
    if (contact.isMe || (server !== 'c.us' && server !== 'lid')) continue;
    if (only !== null && `${user}@${server}` !== only) continue;
    const wid = server === 'lid' ? (toPn(contact.id) ?? contact.id) : contact.id;
    const id = `${wid.user}@${wid.server}`;
    const known = byId.get(id);
    byId.set(id, {
      id,
      name: known?.name ?? named(getName(contact)),
      pushName: known?.pushName ?? named(getPushname(contact)),
      isBusiness: known?.isBusiness === true || contact.isBusiness === true,
      isBlocked:
        known?.isBlocked === true ||
        contact.isContactBlocked === true ||
        Boolean(Blocklist.get(contact.id) ?? Blocklist.get(wid)),
    });
  }
  const contacts = [...byId.values()]
    .filter(({ id }) => after === null || id > after)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  return { contacts: contacts.slice(0, limit), hasMore: contacts.length > limit };
}

/** The chat with this number; null where it is not on WhatsApp. */
export async function findNumber(phoneNumber: string): Promise<string | null> {
  const page = globalThis as unknown as VerbGlobals;
  const wid = page.require('WAWebWidFactory').createWid(`${phoneNumber}@c.us`);
  const answer = await page.require('WAWebQueryExistsJob').queryWidExists(wid);
  return answer?.wid ? `${phoneNumber}@c.us` : null;
}

/** What people show of themselves; null where they don't, or the page can't tell. @param contactId of the chat in the page */
export async function readProfile(
  contactId: string,
): Promise<{ about: string | null; pictureUrl: string | null }> {
  const page = globalThis as unknown as VerbGlobals;
  if (!page.WWebJS) throw new Error('the page is not ready');
  const wid = page.require('WAWebWidFactory').createWid(contactId);
  const unless = async <T>(work: Promise<T>) => work.catch(() => undefined);
  const chat = await page.WWebJS.getChat(contactId);
  const about = await unless(page.require('WAWebContactStatusBridge').getStatus({ token: '', wid }));
  const pictures = page.require('WAWebContactProfilePicThumbBridge');
  const picture = chat ? await unless(pictures.requestProfilePicFromServer(chat)) : undefined;
  return {
    about: typeof about?.status === 'string' ? about.status.slice(0, 1_024) : null,
    pictureUrl: picture?.eurl ? String(picture.eurl).slice(0, 2_048) : null,
  };
}
