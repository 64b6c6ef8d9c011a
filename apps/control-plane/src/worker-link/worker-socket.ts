import type { ControlFrame, RefusalCode } from '@wafleet/contracts';
import { WebSocket } from 'ws';

/** The sending half of one link. */
export interface WorkerSocket {
  /** Frames for a socket that is closing are dropped; what matters is sent again on the next link. */
  send(frame: ControlFrame): void;
  /** Reads nothing more until resumed, so that the worker has to wait. */
  pause(): void;
  resume(): void;
  /** Says why, and closes. */
  refuse(code: RefusalCode, message: string): void;
  /** @param code of RFC 6455 */
  close(code: number, reason: string): void;
}

/** A worker that lets more than this wait for it is cut off: what it does not read lies in our memory. */
const maxUnreadBytes = 1024 * 1024;
/** A socket that does not take its goodbye is cut off after this long. */
const closeTimeoutMs = 2_000;

export function createWorkerSocket(socket: WebSocket): WorkerSocket {
  const send = (frame: ControlFrame) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
    cutOffIfUnread();
  };
  const cutOffIfUnread = () => {
    if (socket.bufferedAmount > maxUnreadBytes) socket.terminate();
  };
  // Pongs wait in the same buffer.
  socket.on('ping', cutOffIfUnread);
  const close = (code: number, reason: string) => {
    socket.close(code, reason);
    const timer = setTimeout(() => socket.terminate(), closeTimeoutMs);
    socket.once('close', () => clearTimeout(timer));
  };
  return {
    send,
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    close,
    refuse(code, message) {
      send({ type: 'refused', code, message });
      close(closeCodes.refused, code);
    },
  };
}

export const closeCodes = { goingAway: 1001, refused: 1008, tryLater: 1013 } as const;
