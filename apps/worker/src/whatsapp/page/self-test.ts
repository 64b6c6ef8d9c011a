import type { Account, Capability } from '@wafleet/contracts';
import { withDeadline } from '@wafleet/runtime';
import type { PageCalls } from './page-calls';
import { readAccount } from './page-functions';
import type { PageGlobals } from './page-modules';
import { capabilityParts, findMissingParts } from './verbs/capability-parts';

const answerMs = 10_000;

/**
 * Proves that the page can do what we rely on, and whose it is.
 * @returns missing: part of receiving or sending, e.g. `send: WAWebSendMsgChatAction`; empty when all is well. degraded: what
 * else it can't do.
 * @throws Error when the page does not answer
 */
export async function proveReady(
  calls: PageCalls,
): Promise<{ account: Account | null; missing: string[]; degraded: Capability[] }> {
  const missing = await withDeadline(calls.ask(selfTest), answerMs, 'self-test');
  const { pn, lid, name } = await withDeadline(calls.ask(readAccount), answerMs, 'account');
  const account = pn === null ? null : { phoneNumber: pn, lid, name };
  return {
    account,
    missing: account ? missing : [...missing, 'ids: own number'],
    degraded: await findDegraded(calls),
  };
}

/** The capabilities of which the page lacks a part. */
async function findDegraded(calls: PageCalls): Promise<Capability[]> {
  const all = Object.values(capabilityParts).flat();
  const missing = new Set(await withDeadline(calls.ask(findMissingParts, all), answerMs, 'capabilities'));
  return (Object.keys(capabilityParts) as Capability[]).filter((capability) =>
    capabilityParts[capability].some((part) => missing.has(part)),
  );
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
