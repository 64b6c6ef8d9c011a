/**
 * What a worker may do beyond receiving and sending, each as far as the page of its day has the parts for it. The
 * self-test says which are missing; the session goes on without them. Apart from schemas, because workers load it.
 */
export const capabilities = [
  /** Previews of links in texts that are sent. */
  'previews',
  /** Names of chats and contacts, and whether a number is on WhatsApp. */
  'directory',
  /** About and picture of people. */
  'profiles',
  /** Pin, mute, archive, mark unread; stars. */
  'chat_settings',
  /** Messages from before those that are stored. */
  'older_messages',
  /** Messages at the top of their chat. */
  'pinned_messages',
  'blocking',
  /** Our own name and about. */
  'own_profile',
  'own_picture',
  'groups',
] as const;
export type Capability = (typeof capabilities)[number];
