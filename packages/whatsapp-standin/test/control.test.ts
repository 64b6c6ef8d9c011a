import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Standin, createStandin } from '../src/standin';
import { Control } from './control';

const ann = '15550104001';
const bob = '15550104002';
const nobody = '15550104999';

describe('HTTP control', () => {
  let standin: Standin;
  let control: Control;

  beforeAll(async () => {
    standin = createStandin();
    await standin.start();
    control = new Control(standin);
    await control.addUsers(ann, bob);
  });
  afterAll(() => standin.stop());

  it.each([
    ['PUT', `/users/${ann}`, {}, 'name'],
    ['PUT', `/users/${ann}`, { name: 'Ann', reads: 'often' }, 'reads'],
    ['PUT', '/users/+1555', { name: 'Ann' }, 'number'],
    ['POST', `/users/${ann}/scan`, {}, 'qr'],
    ['POST', `/users/${ann}/pair`, { code: '123' }, 'code'],
    ['POST', `/users/${ann}/phone`, { online: 'yes' }, 'online'],
    ['POST', `/users/${ann}/send`, { to: 'bob', body: 'hi' }, 'to'],
    ['POST', `/users/${ann}/send`, { to: bob }, 'content'],
    ['POST', `/users/${ann}/unlink`, { device: 'first' }, 'device'],
    ['POST', `/users/${ann}/unlink`, { mode: 'softly' }, 'mode'],
    ['POST', '/pages/busy', { forMs: 0 }, 'forMs'],
    ['POST', '/pages/allocate', { megabytes: -1 }, 'megabytes'],
    ['POST', '/pages/say', { how: 'shout', words: 'x' }, 'how'],
    ['POST', '/connections/replace', { number: 'x' }, 'number'],
    ['POST', '/faults', { faults: { errorPage: 404 } }, 'faults.errorPage'],
    ['POST', '/faults', { faults: { serverState: 'CONNECTED' } }, 'faults.serverState'],
    ['POST', '/faults', { faults: { mediaUpload: 'missing' } }, 'faults.mediaUpload'],
    ['POST', '/faults', {}, 'faults'],
    ['POST', '/faults', { faults: { syncDelayMs: -1 } }, 'faults.syncDelayMs'],
    ['POST', '/faults', { number: 'x', faults: {} }, 'number'],
  ])('%s %s with %j names the wrong field %s', async (method, path, body, field) => {
    const answer = await control.ask(method, path, body);
    const errors = expect.arrayContaining([expect.objectContaining({ field })]);
    expect(answer).toMatchObject({ status: 400, body: { errors } });
  });

  it('a fault that does not exist is refused by name', async () => {
    const answer = await control.ask('POST', '/faults', { faults: { earthquake: true } });
    expect(answer).toMatchObject({ status: 400, body: { detail: expect.stringContaining('earthquake') } });
  });

  it.each([
    ['GET', `/users/${nobody}`, undefined],
    ['GET', `/users/${ann}/chats/${nobody}`, undefined],
    ['POST', `/users/${nobody}/send`, { to: ann, body: 'hi' }],
    ['POST', `/users/${ann}/send`, { to: nobody, body: 'hi' }],
    ['POST', `/users/${ann}/scan`, { qr: '2@unknown,a,b,c,1' }],
    ['POST', `/users/${ann}/pair`, { code: 'ABCD1234' }],
    ['POST', `/users/${ann}/unlink`, { device: 7 }],
    ['POST', '/connections/drop', { number: nobody }],
    ['POST', '/pages/reload', { number: nobody }],
    ['GET', '/groups/12036300@g.us', undefined],
    ['POST', `/users/${ann}/groups/12036300@g.us`, { kind: 'leave' }],
    ['POST', `/users/${ann}/messages/3A00/change`, { chat: bob, change: { kind: 'revoke' } }],
    ['GET', '/nowhere', undefined],
  ])('%s %s answers 404 with a problem', async (method, path, body) => {
    const answer = await control.ask(method, path, body);
    expect(answer).toMatchObject({ status: 404, body: { status: 404, title: expect.any(String) } });
  });

  it('a body that is not JSON is 400, one that is too large 413', async () => {
    expect((await control.ask('POST', '/faults', '{')).status).toBe(400);
    const burst = { to: bob, bodies: Array.from({ length: 30 }, () => 'x'.repeat(60_000)) };
    expect((await control.ask('POST', `/users/${ann}/burst`, burst)).status).toBe(413);
  });

  it('a phone that is off can send and link nothing', async () => {
    await control.must('POST', `/users/${bob}/phone`, { online: false });
    const answer = await control.ask('POST', `/users/${bob}/send`, { to: ann, body: 'hi' });
    expect(answer).toMatchObject({ status: 409, body: { code: 'phone_offline' } });
    await control.must('POST', `/users/${bob}/phone`, { online: true });
  });

  it('a chat shows both directions, in the order in which the server took them', async () => {
    await control.sendFromPhone(ann, bob, 'one');
    await control.sendFromPhone(bob, ann, 'two');
    const seen = (await control.chat(bob, ann)).map(({ from, body }) => [from, body]);
    expect(seen).toEqual([
      [ann, 'one'],
      [bob, 'two'],
    ]);
  });

  it('faults are listed by account, and end together or for one', async () => {
    await control.faults({ syncDelayMs: 5 });
    await control.faults({ ackMode: 'none' }, ann);
    expect(await control.must('GET', '/faults')).toEqual({
      all: { syncDelayMs: 5 },
      numbers: { [ann]: { ackMode: 'none' } },
    });
    await control.must('DELETE', `/faults?number=${ann}`);
    expect(await control.must('GET', '/faults')).toEqual({ all: { syncDelayMs: 5 }, numbers: {} });
    expect(await control.must('DELETE', '/faults')).toEqual({ all: {}, numbers: {} });
  });

  it('is healthy', async () => {
    expect(await control.ask('GET', '/healthz')).toEqual({ status: 200, body: { ok: true } });
  });
});
