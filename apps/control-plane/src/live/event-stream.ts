import type { ServerResponse } from 'node:http';

/** A reader that lets more than this wait for it is cut off; it comes back with its last id and reads on from there. */
const maxWaitingBytes = 1024 * 1024;

/** One response as a stream of server-sent events. Nothing is sent after it has ended. */
export interface EventStream {
  /** One event, or one batch of changes, under its own id. */
  send(event: { readonly id: string }): void;
  /** The stream has begun; `id` is where it goes on after. */
  sayHello(id: string): void;
  /** What the client has missed can't be sent: it reads lists and states anew, and the stream goes on after `id`. */
  askToReadAnew(id: string): void;
  /** A sign of life, visible to scripts (comments are not). */
  beat(): void;
  end(): void;
  /** Ends it in a way that the reader sees as a broken connection. */
  cutOff(): void;
  /** Resolves when the connection has gone, from whichever side. */
  readonly ended: Promise<void>;
}

export function createEventStream(response: ServerResponse): EventStream {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    // Proxies must neither compress nor gather what is meant to arrive at once.
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
  });
  response.flushHeaders();
  response.socket?.setNoDelay(true);
  // The client may have left while its request was looked at; then no further close comes.
  const ended = response.destroyed
    ? Promise.resolve()
    : new Promise<void>((resolve) => response.once('close', resolve));

  const write = (text: string): void => {
    if (response.writableEnded || response.destroyed) return;
    response.write(text);
    if (response.writableLength > maxWaitingBytes) response.destroy();
  };

  return {
    ended,
    send: (event) => write(`id: ${event.id}\ndata: ${JSON.stringify(event)}\n\n`),
    sayHello: (id) => write(`id: ${id}\nevent: hello\ndata: {}\n\n`),
    askToReadAnew: (id) => write(`id: ${id}\nevent: resync\ndata: {}\n\n`),
    beat: () => write('event: beat\ndata: {}\n\n'),
    end: () => void response.end(),
    cutOff: () => void response.destroy(),
  };
}
