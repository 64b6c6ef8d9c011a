import type { ServerFrame } from '../protocol';
import type { Device } from './network-state';

/** One open WebSocket of a page. */
export interface PageConnection {
  send(frame: ServerFrame): void;
  /** Ends it as a server would. */
  close(): void;
  /** Cuts it without a word, as a lost network does. */
  cut(): void;
}

interface Online {
  connection: PageConnection;
  /** Before the sync has been sent, messages wait in the device's pending list. */
  isLive: boolean;
}

/** Which linked devices are connected, and through what. */
export class DeviceConnections {
  private readonly online = new Map<string, Online>();

  /** The device's newest connection takes over; an older one is told that it was replaced. */
  open(device: Device, connection: PageConnection): void {
    const older = this.online.get(device.token)?.connection;
    this.online.set(device.token, { connection, isLive: false });
    if (older && older !== connection) {
      older.send({ kind: 'replaced' });
      older.close();
    }
  }

  closed(device: Device, connection: PageConnection): void {
    if (this.online.get(device.token)?.connection === connection) this.online.delete(device.token);
  }

  isCurrent(device: Device, connection: PageConnection): boolean {
    return this.online.get(device.token)?.connection === connection;
  }

  isOnline(device: Device): boolean {
    return this.online.has(device.token);
  }

  goLive(device: Device): void {
    const online = this.online.get(device.token);
    if (online) online.isLive = true;
  }

  /** Reaches the device if it is connected and has synced; otherwise its next sync tells it. */
  sendLive(device: Device, frame: ServerFrame): void {
    const online = this.online.get(device.token);
    if (online?.isLive) online.connection.send(frame);
  }

  send(device: Device, frame: ServerFrame): void {
    this.online.get(device.token)?.connection.send(frame);
  }

  end(device: Device): void {
    const online = this.online.get(device.token);
    this.online.delete(device.token);
    online?.connection.close();
  }
}
