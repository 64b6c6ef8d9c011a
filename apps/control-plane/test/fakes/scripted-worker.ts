import { AppError, type Command, type CommandResult, type TenantId } from '@wafleet/contracts';
import type { MessageEvent } from '../../src/messages/inbox/apply-message-events';
import type { WorkerLinks } from '../../src/worker-link/worker-links';

type Send = Extract<Command, { kind: 'message.send' }>;

/** How the worker meets one send. */
export type SendBehaviour =
  /** Sends, answers, and WhatsApp acks. */
  | 'answers'
  /** Sends and answers; no ack ever comes as an event. */
  | 'is_never_acked'
  /** Sends, and WhatsApp acks before the answer is given. */
  | 'acks_before_answering'
  /** Sends, but the answer does not arrive. */
  | 'loses_the_answer'
  /** Takes the command and does nothing yet; release() lets it go on. */
  | 'hangs'
  /** Dies before the message left. */
  | 'dies_before_sending'
  /** Dies after the message left, before answering. */
  | 'dies_after_sending'
  | 'reports_not_connected'
  | 'reports_invalid_recipient'
  /** Answers that something went wrong in the page, after sending. */
  | 'sends_and_reports_an_error';

export interface ScriptedWorker extends WorkerLinks {
  /** Used for sends from now on: one behaviour for all, or by message text. */
  behave(behaviour: SendBehaviour | ((body: string) => SendBehaviour)): void;
  /** A new worker of the next generation takes over; what the page had stays in the chat. */
  restart(): void;
  /** Lets commands that hang go on. */
  release(): void;
  /** Lets everything go on and waits until all is reported. */
  stop(): Promise<void>;
  /** Every message that reached WhatsApp, before its de-duplication. */
  readonly reached: readonly { waMessageId: string; chatId: string; body: string; generation: number }[];
  readonly commandsGiven: readonly { id: string; kind: Command['kind'] }[];
  /** The most sends of one chat that were under way at once. */
  readonly maxParallelInChat: number;
}

/** A worker and the WhatsApp behind it. `report` receives the events that the link would carry. */
export function createScriptedWorker(
  report: (event: MessageEvent['event']) => Promise<void>,
): ScriptedWorker {
  let behaviour: (body: string) => SendBehaviour = () => 'answers';
  let generation = 1;
  let isLinked = true;
  let remembered = new Map<string, Promise<CommandResult>>();
  let waiting: (() => void)[] = [];
  const reached: ScriptedWorker['reached'][number][] = [];
  const commandsGiven: ScriptedWorker['commandsGiven'][number][] = [];
  const reporting = new Set<Promise<void>>();
  const inChat = new Map<string, number>();
  let maxParallelInChat = 0;

  const silence = () => new AppError('WORKER_TIMEOUT');
  const ok = (value: Record<string, unknown>): CommandResult => ({ ok: true, value });
  const refusal = (code: 'not_connected' | 'invalid_recipient'): CommandResult => {
    return { ok: false, code, message: '', nothingSent: true };
  };

  function reach(send: Send): void {
    const { waMessageId, chatId, content } = send;
    reached.push({ waMessageId, chatId, body: content.body, generation });
  }

  async function ack(send: Send): Promise<void> {
    const key = { id: send.waMessageId, fromMe: true, chatId: send.chatId, sender: '15550100099@c.us' };
    const message = {
      key,
      type: 'text',
      body: send.content.body,
      timestamp: Date.now(),
      senderName: null,
      ack: 0,
      isForwarded: false,
      hasMedia: false,
      quotedId: null,
      mentions: [],
      content: null,
    };
    await report({ kind: 'message.created', message });
    await report({ kind: 'message.ack', key, ack: 1 });
  }

  function ackSoon(send: Send): void {
    const acking = ack(send).finally(() => reporting.delete(acking));
    reporting.add(acking);
  }

  function die(): never {
    isLinked = false;
    remembered = new Map();
    throw new AppError('NOT_RUNNING');
  }

  async function meet(send: Send): Promise<CommandResult> {
    switch (behaviour(send.content.body)) {
      case 'answers':
        reach(send);
        ackSoon(send);
        return ok({ ack: 0 });
      case 'is_never_acked':
      case 'loses_the_answer':
        reach(send);
        return ok({ ack: 0 });
      case 'acks_before_answering':
        reach(send);
        await ack(send);
        return ok({ ack: 0 });
      case 'hangs':
        await new Promise<void>((resolve) => waiting.push(resolve));
        reach(send);
        ackSoon(send);
        return ok({ ack: 0 });
      case 'dies_before_sending':
        return die();
      case 'dies_after_sending':
        reach(send);
        return die();
      case 'reports_not_connected':
        return refusal('not_connected');
      case 'reports_invalid_recipient':
        return refusal('invalid_recipient');
      case 'sends_and_reports_an_error':
        reach(send);
        return { ok: false, code: 'timed_out', message: '', nothingSent: false };
    }
  }

  async function send(id: string, command: Send): Promise<CommandResult> {
    const losesAnswer = behaviour(command.content.body) === 'loses_the_answer';
    const known = remembered.get(id);
    const result = known ?? meet(command);
    remembered.set(id, result);
    if (losesAnswer && !known) throw silence();
    const parallel = (inChat.get(command.chatId) ?? 0) + 1;
    inChat.set(command.chatId, parallel);
    maxParallelInChat = Math.max(maxParallelInChat, parallel);
    try {
      return await result;
    } finally {
      inChat.set(command.chatId, parallel - 1);
    }
  }

  async function answer(id: string, command: Command): Promise<CommandResult> {
    if (command.kind === 'message.send') return send(id, command);
    if (command.kind !== 'message.find') throw new Error(`not scripted: ${command.kind}`);
    const found = reached.some((message) => message.waMessageId === command.waMessageId);
    return ok({ found, ack: found ? 1 : null });
  }

  function release(): void {
    const released = waiting;
    waiting = [];
    for (const go of released) go();
  }

  return {
    release,
    async stop() {
      release();
      await Promise.all(reporting);
    },
    reached,
    commandsGiven,
    get maxParallelInChat() {
      return maxParallelInChat;
    },
    behave: (next) => void (behaviour = typeof next === 'string' ? () => next : next),
    restart() {
      generation += 1;
      remembered = new Map();
      isLinked = true;
    },
    current: () => (isLinked ? { generation, linkId: `link-${generation}` } : null),
    command: (async (_tenantId: TenantId, id: string, command: Command) => {
      if (!isLinked) throw new AppError('NOT_RUNNING');
      commandsGiven.push({ id, kind: command.kind });
      const asked = generation;
      return { generation: asked, result: await answer(id, command) };
    }) as WorkerLinks['command'],
  };
}
