import type { Account } from '@wafleet/contracts';
import { withDeadline } from '@wafleet/runtime';
import type { PageCalls } from './page-calls';
import { readAccount } from './page-functions';
import type { PageGlobals } from './page-modules';

const answerMs = 10_000;

/**
 * Proves that the page can do what we rely on, and whose it is.
 * @returns missing: capability and part, e.g. `send: WAWebSendMsgChatAction`; empty when all is well
 * @throws Error when the page does not answer
 */
export async function proveReady(calls: PageCalls): Promise<{ account: Account | null; missing: string[] }> {
  const missing = await withDeadline(calls.ask(selfTest), answerMs, 'self-test');
  const { pn, lid, name } = await withDeadline(calls.ask(readAccount), answerMs, 'account');
  const account = pn === null ? null : { phoneNumber: pn, lid, name };
  return { account, missing: account ? missing : [...missing, 'ids: own number'] };
}

/**
 * Exercises in the page what sending and receiving stand on. Runs there, as its own source text, after `ready`.
 */
async function selfTest(): Promise<string[]> {
  const page = globalThis as unknown as Required<PageGlobals>;
  const missing: string[] = [];
  const check = async (name: string, works: () => unknown) => {
    try {
      if (!(await works())) missing.push(name);
    } catch {
      missing.push(name);
    }
  };
  await check(
    'receive: WAWebCollections.Msg',
    () => typeof page.require('WAWebCollections').Msg.on === 'function',
  );
  await check('receive: WWebJS.getMessageModel', () => typeof page.WWebJS.getMessageModel === 'function');
  await check(
    'send: WAWebSendMsgChatAction',
    () => 'wafleetWrapped' in page.require('WAWebSendMsgChatAction').addAndSendMsgToChat,
  );
  await check(
    'send: WAWebFindChatAction',
    () => typeof page.require('WAWebFindChatAction').findOrCreateLatestChat === 'function',
  );
  await check(
    'ids: WAWebWidFactory',
    () => page.require('WAWebWidFactory').createWid('0@c.us').server === 'c.us',
  );
  await check('ids: WAWebMsgKey', async () => {
    const MsgKey = page.require('WAWebMsgKey');
    const users = page.require('WAWebUserPrefsMeUser');
    const me = users.getMaybeMePnUser() ?? users.getMaybeMeLidUser();
    if (!me) return false;
    const key = new MsgKey({ from: me, to: me, id: await MsgKey.newId(), selfDir: 'out' });
    return typeof key._serialized === 'string' && key._serialized.includes(key.id);
  });
  return missing;
}
