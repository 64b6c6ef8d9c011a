import type { Call, CallResults, PageFrame, ServerFrame } from '../../protocol';

const callDeadlineMs = 20_000;

/** The server has answered, and the answer is no. */
export class ServerRefusal extends Error {}

/** No answer came: the connection was lost, or the server says nothing. */
export class NoAnswer extends Error {}

interface Waiting {
  resolve: (result: never) => void;
  reject: (error: Error) => void;
}

interface Handlers {
  opened(): void;
  received(frame: ServerFrame): void;
  lost(): void;
}

/** The page's WebSocket. It is opened and closed by the session, and opens nothing by itself. */
export class ServerLink {
  private socket: WebSocket | undefined;
  private lastCallId = 0;
  private readonly waiting = new Map<number, Waiting>();

  constructor(
    pingMs: number,
    private readonly handlers: Handlers,
  ) {
    setInterval(() => this.send({ kind: 'ping' }), pingMs);
  }

  /** @param account the number that the profile is linked to, '' without one */
  open(account: string): void {
    this.close();
    const socket = new WebSocket(`wss://${location.host}/ws/chat?account=${account}`);
    this.socket = socket;
    socket.onopen = () => this.handlers.opened();
    socket.onmessage = (event: MessageEvent<string>) => this.receive(JSON.parse(event.data) as ServerFrame);
    socket.onclose = () => {
      this.forgetCalls();
      this.handlers.lost();
    };
  }

  /** Ends the socket on the page's own wish: `lost` is not called. */
  close(): void {
    const { socket } = this;
    if (!socket) return;
    this.socket = undefined;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    this.forgetCalls();
  }

  send(frame: PageFrame): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
  }

  /** The server's answer. Rejects with ServerRefusal, and with NoAnswer when the socket is lost or after 20 s. */
  call<C extends Call>(call: C): Promise<CallResults[C['method']]> {
    if (this.socket?.readyState !== WebSocket.OPEN) return Promise.reject(new NoAnswer('not connected'));
    this.lastCallId += 1;
    const callId = this.lastCallId;
    const answer = new Promise<CallResults[C['method']]>((resolve, reject) => {
      this.waiting.set(callId, { resolve, reject });
      setTimeout(
        () => this.settle(callId)?.reject(new NoAnswer(`${call.method}: no answer`)),
        callDeadlineMs,
      );
    });
    this.send({ kind: 'call', callId, call });
    return answer;
  }

  private receive(frame: ServerFrame): void {
    if (frame.kind !== 'reply') {
      this.handlers.received(frame);
    } else if (frame.ok) {
      this.settle(frame.callId)?.resolve(frame.result as never);
    } else {
      this.settle(frame.callId)?.reject(new ServerRefusal(frame.error));
    }
  }

  private settle(callId: number): Waiting | undefined {
    const waiting = this.waiting.get(callId);
    this.waiting.delete(callId);
    return waiting;
  }

  private forgetCalls(): void {
    for (const callId of this.waiting.keys()) this.settle(callId)?.reject(new NoAnswer('connection lost'));
  }
}
