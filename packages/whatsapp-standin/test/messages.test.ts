import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Standin, createStandin } from '../src/standin';
import { Control } from './control';
import { LibraryClient, type Profile, createProfile } from './library-client';
import { until } from './until';

const me = '15550102001';
const ann = '15550102002';

/** As a page patch would: a message that carries `chosenId` goes out under that id. */
const chooseIdsInPage = `(() => {
  const action = window.require('WAWebSendMsgChatAction');
  const MsgKey = window.require('WAWebMsgKey');
  const original = action.addAndSendMsgToChat;
  action.addAndSendMsgToChat = (chat, { chosenId, ...message }) => {
    if (!chosenId) return original(chat, message);
    const id = new MsgKey({ from: message.from, to: message.to, id: chosenId, selfDir: 'out' });
    return original(chat, { ...message, id });
  };
})()`;

describe('messages with the real library', () => {
  let standin: Standin;
  let control: Control;
  let profile: Profile;
  let client: LibraryClient;

  beforeEach(async () => {
    standin = createStandin();
    await standin.start();
    control = new Control(standin);
    profile = createProfile();
    await control.addUsers(me, ann);
    client = await LibraryClient.start(standin, profile);
    await control.must('POST', `/users/${me}/scan`, { qr: await client.qr() });
    await client.ready();
  });

  afterEach(async () => {
    await client.stop();
    await standin.stop();
    profile.remove();
  });

  const restart = async () => {
    await client.stop();
    return openAgain();
  };
  const openAgain = async () => {
    client = await LibraryClient.start(standin, profile);
    return client.ready();
  };
  const chatWithAnn = async () =>
    (await client.client.getChatById(`${ann}@c.us`)).fetchMessages({ limit: 500 });
  const device = async () => (await control.devices(me))[0];

  it('a message to the account arrives with its id, sender and name', async () => {
    const id = await control.sendFromPhone(ann, me, 'hello');
    const message = await client.message('hello');
    expect(message).toMatchObject({ from: `${ann}@c.us`, to: `${me}@c.us`, fromMe: false, type: 'chat' });
    expect(message.id).toMatchObject({ id, _serialized: `false_${ann}@c.us_${id}` });
    expect((await message.getContact()).pushname).toBe(`User ${ann}`);
    await until('delivery', async () => (await control.chat(ann, me))[0]?.ack === 2);
    await client.client.sendSeen(`${ann}@c.us`);
    await until('reading', async () => (await control.chat(ann, me))[0]?.ack === 3);
  });

  it('a sent message is acknowledged by server, device and reader, in this order', async () => {
    const sent = await client.client.sendMessage(`${ann}@c.us`, 'out', { waitUntilMsgSent: true });
    await until('the third ack', () => client.acksOf('out').includes(3));
    expect(client.acksOf('out')).toEqual([1, 2, 3]);
    expect(await control.chat(me, ann)).toMatchObject([
      { id: sent.id.id, from: me, to: ann, body: 'out', ack: 3, timesReceived: 1 },
    ]);
  });

  it('a phone that is off delivers later, and one that never reads leaves it at delivered', async () => {
    await control.must('POST', `/users/${ann}/phone`, { online: false });
    await control.must('PUT', `/users/${ann}`, { name: 'Ann', reads: 'never' });
    await client.client.sendMessage(`${ann}@c.us`, 'out');
    await until('the server', () => client.acksOf('out').includes(1));
    await control.must('POST', `/users/${ann}/phone`, { online: true });
    await until('delivery', () => client.acksOf('out').includes(2));
    await control.must('POST', `/users/${ann}/chats/${me}/read`);
    await until('reading', () => client.acksOf('out').includes(3));
  });

  it('a number that is not on WhatsApp is refused, and known not to exist', async () => {
    const nobody = '15550102999';
    await expect(client.client.sendMessage(`${nobody}@c.us`, 'out')).rejects.toThrow('No LID for user');
    expect(await client.client.getNumberId(nobody)).toBeNull();
    expect(await client.client.getNumberId(ann)).toMatchObject({ user: ann });
  });

  it('a message keeps an id that was chosen for it, and a repeat is counted but not delivered twice', async () => {
    const chosenId = '3EB0A1B2C3D4E5F6A7B8C9';
    await client.client.pupPage?.evaluate(chooseIdsInPage);
    await client.client.sendMessage(`${ann}@c.us`, 'once', { extra: { chosenId } });
    await until('the server', () => client.acksOf('once').includes(1));
    await restart();
    await client.client.pupPage?.evaluate(chooseIdsInPage);
    expect((await client.client.getMessageById(`true_${ann}@c.us_${chosenId}`)).body).toBe('once');
    await client.client.sendMessage(`${ann}@c.us`, 'once', { extra: { chosenId } });
    await until('the second send', async () => (await control.chat(ann, me))[0]?.timesReceived === 2);
    expect(await control.chat(ann, me)).toHaveLength(1);
    expect(await control.sends(me)).toEqual([
      { id: chosenId, from: me, to: ann, timesReceived: 2, timesRepeated: 0 },
    ]);
  });

  it('a message whose answer is lost goes out again with the next connection, arrives once, and is no second send', async () => {
    await control.faults({ ackMode: 'none' }, me);
    const sent = await client.client.sendMessage(`${ann}@c.us`, 'unanswered');
    const sendsOfIt = async () => (await control.sends(me)).filter(({ id }) => id === sent.id.id);
    await until('the server', async () => (await sendsOfIt()).length === 1);
    await control.must('DELETE', '/faults');
    await control.must('POST', '/connections/drop', {});
    await until('the repeat', async () => (await sendsOfIt())[0]?.timesRepeated === 1);
    await until('an ack', () => client.acksOf('unanswered').some((ack) => ack >= 1));
    expect(await sendsOfIt()).toMatchObject([{ timesReceived: 1, timesRepeated: 1 }]);
    expect((await control.chat(ann, me)).filter(({ body }) => body === 'unanswered')).toHaveLength(1);
  });

  it('a message over the limit fails, and the next one goes out', async () => {
    await client.client.sendMessage(`${ann}@c.us`, 'x'.repeat(65_537));
    await until('the failure', () => client.acks.some((one) => one.ack === -1));
    await client.client.sendMessage(`${ann}@c.us`, 'short');
    await until('the ack', () => client.acksOf('short').includes(1));
  });

  it('what came while the device was away is in the chat after a restart, without an event', async () => {
    await control.sendFromPhone(ann, me, 'before');
    await client.message('before');
    await client.stop();
    await control.sendFromPhone(ann, me, 'away');
    await control.sendFromPhone(me, ann, 'from my phone');
    expect(await device()).toMatchObject({ online: false, pendingMessages: 2 });
    await openAgain();
    expect((await chatWithAnn()).map((one) => one.body)).toEqual(['before', 'away', 'from my phone']);
    expect(client.messages).toEqual([]);
    await until('receipts', async () => (await device())?.pendingMessages === 0);
  });

  it('with offlineAfterReady the same messages come as events', async () => {
    await control.faults({ offlineAfterReady: true });
    await client.stop();
    await control.sendFromPhone(ann, me, 'away');
    await openAgain();
    await client.message('away');
  });

  it('older messages are loaded on demand, in order', async () => {
    const bodies = Array.from({ length: 120 }, (_, index) => `message ${index}`);
    await control.must('POST', `/users/${ann}/burst`, { to: me, bodies });
    await client.message('message 119');
    await restart();
    expect((await chatWithAnn()).map((one) => one.body)).toEqual(bodies);
    expect(await device()).toMatchObject({ rolledBack: false, pendingMessages: 0 });
  });

  it('a lost connection comes back by itself, with the messages and acks of that time', async () => {
    await control.sendFromPhone(ann, me, 'before');
    await client.message('before');
    await control.faults({ refuseConnections: true });
    await control.must('POST', '/connections/drop', {});
    await until('the loss to be noticed', async () => (await client.state()) === 'OPENING');
    await client.client.sendMessage(`${ann}@c.us`, 'written offline');
    await control.sendFromPhone(ann, me, 'meanwhile');
    await control.must('DELETE', '/faults');
    await client.message('meanwhile');
    await until('the ack', () => client.acksOf('written offline').includes(3));
    expect((await control.chat(me, ann)).map((one) => one.timesReceived)).toEqual([1, 1, 1]);
  });

  it('a page that is reloaded is ready again, with its chats', async () => {
    await control.sendFromPhone(ann, me, 'before');
    await client.message('before');
    await client.client.pupPage?.reload();
    await until('ready again', () => client.events.filter((event) => event === 'ready').length === 2);
    expect((await chatWithAnn()).map((one) => one.body)).toEqual(['before']);
    await control.sendFromPhone(ann, me, 'after');
    await client.message('after');
  });

  it('a reply names the message it answers', async () => {
    const id = await control.sendFromPhone(ann, me, 'question');
    await (await client.message('question')).reply('answer');
    await until('the answer', async () => (await control.chat(me, ann)).length === 2);
    expect((await control.chat(me, ann))[1]).toMatchObject({ body: 'answer', quotedId: id });
  });
});
