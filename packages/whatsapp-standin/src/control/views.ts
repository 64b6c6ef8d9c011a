import { textOf } from '../content';
import type { Conversations } from '../network/conversations';
import type { DeviceConnections } from '../network/device-connections';
import type { Device, Message, User } from '../network/network-state';

/** What the control answers with. */

export function userView(user: User, connections: DeviceConnections) {
  const { number, name, lid, phoneOnline, reads, addressedBy } = user;
  const { about, pictureUrl, blocked, chatSettings, starred, pinned } = user;
  return {
    number,
    name,
    lid,
    phoneOnline,
    reads,
    addressedBy,
    about,
    pictureUrl: pictureUrl ?? null,
    blocked,
    chatSettings,
    starred,
    pinned,
    devices: user.devices.map((device) => deviceView(device, connections)),
  };
}

export function deviceView(device: Device, connections: DeviceConnections) {
  const { id, platform, linkedAt, counter, rolledBack, decryptFailures, pending } = device;
  return {
    id,
    platform,
    linkedAt,
    online: connections.isOnline(device),
    counter,
    rolledBack,
    decryptFailures,
    pendingMessages: pending.length,
  };
}

/** `body` is the text that the message shows now: edits count, and a revoked one has none. */
export function messageView(message: Message, conversations: Conversations) {
  return { ...message, body: shownText(message), timesReceived: conversations.timesReceived(message) };
}

function shownText({ content, changes }: Message): string {
  if (changes.some(({ change }) => change.kind === 'revoke')) return '';
  const edit = changes.findLast(({ change }) => change.kind === 'edit')?.change;
  return edit?.kind === 'edit' ? edit.body : textOf(content);
}
