import type { Conversations } from '../network/conversations';
import type { DeviceConnections } from '../network/device-connections';
import type { Device, Message, User } from '../network/network-state';

/** What the control answers with. */

export function userView(user: User, connections: DeviceConnections) {
  const { number, name, lid, phoneOnline, reads } = user;
  return {
    number,
    name,
    lid,
    phoneOnline,
    reads,
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

export function messageView(message: Message, conversations: Conversations) {
  return { ...message, timesReceived: conversations.timesReceived(message) };
}
