import type { OutgoingMessage, PageChat, PageGlobals } from '../page-modules';
import type { PagePatch, PatchOutcome } from './page-patch';

/**
 * The page gives an outgoing message a random id, so after a crash nobody can say whether it was sent. With an id
 * derived from our row its echo, its acks and its presence in the chat identify it, and a second send of the same id
 * is dropped by receivers. Our id comes through the library's `extra`, which is spread over the message last.
 */
export const chosenMessageId: PagePatch = {
  name: 'chosen-message-id',
  cures: 'a send whose fate is unknown after a crash',
  apply: wrapSend,
};

function wrapSend(): PatchOutcome {
  const page = globalThis as unknown as PageGlobals;
  const action = page.require?.('WAWebSendMsgChatAction');
  const MsgKey = page.require?.('WAWebMsgKey');
  const original = action?.addAndSendMsgToChat;
  if (!action || !MsgKey || typeof original !== 'function') return 'impossible';
  if ('wafleetWrapped' in original) return 'not_needed';
  /** By our id. A call that the worker gave up may still arrive after its repeat; the page must send but one. */
  const given = new Map<string, unknown>();
  const send = (chat: PageChat, message: OutgoingMessage): unknown => {
    const { wafleetMessageId, ...rest } = message;
    if (wafleetMessageId === undefined) return original(chat, message);
    if (given.has(wafleetMessageId)) return given.get(wafleetMessageId);
    const id = new MsgKey({
      from: message.from,
      to: chat.id,
      id: wafleetMessageId,
      participant: message.id.participant,
      selfDir: 'out',
    });
    const outcome = original(chat, { ...rest, id });
    given.set(wafleetMessageId, outcome);
    const taken: unknown = Array.isArray(outcome) ? outcome[0] : outcome;
    Promise.resolve(taken).catch(() => given.delete(wafleetMessageId));
    return outcome;
  };
  action.addAndSendMsgToChat = Object.assign(send, { wafleetWrapped: true });
  return action.addAndSendMsgToChat === original ? 'impossible' : 'applied';
}
