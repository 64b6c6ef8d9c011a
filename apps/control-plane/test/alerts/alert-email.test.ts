import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { AlertNotice } from '@wafleet/contracts';
import { createEmailChannel } from '../../src/alerts/notices/email-channel';
import { type MailServer, startMailServer } from '../fakes/mail-server';

const notice: AlertNotice = {
  type: 'alert.test',
  timestamp: '2026-01-01T00:00:00.000Z',
  data: { title: 'A café needs a person\r\nBcc: stranger@example.com', groups: [] },
};
const people = { from: 'Wafleet <wafleet@example.com>', to: ['on-call@example.com', 'second@example.com'] };

describe("operators' e-mail", () => {
  let server: MailServer;

  beforeAll(async () => {
    server = await startMailServer({ user: 'wafleet', password: 'p@ss word' });
  });
  afterAll(() => server?.stop());
  beforeEach(() => {
    server.mails.length = 0;
    server.refuse = null;
  });

  const send = (smtpUrl = server.url) => createEmailChannel({ ...people, smtpUrl }).send('ntc_1', notice);

  it('comes to everybody with the title as its subject, and the same id whenever it is sent again', async () => {
    expect(await send()).toEqual({ kind: 'taken' });
    expect(await send()).toEqual({ kind: 'taken' });
    const [mail, again] = server.mails;
    expect(mail?.to).toEqual(people.to);
    expect(mail?.headers).toMatchObject({
      'message-id': '<ntc_1@wafleet>',
      date: 'Thu, 01 Jan 2026 00:00:00 +0000',
      'auto-submitted': 'auto-generated',
      from: people.from,
    });
    expect(mail?.headers).not.toHaveProperty('bcc');
    expect(mail?.text).toContain('A café needs a person');
    expect(mail?.text).toContain('Wafleet, 2026-01-01 00:00:00 UTC');
    expect(again?.headers['message-id']).toBe(mail?.headers['message-id']);
  });

  it.each([
    [550, 'refused'],
    [451, 'unreached'],
  ])('that the server answers with %s was %s', async (status, kind) => {
    server.refuse = status;
    expect(await send()).toEqual({ kind, problem: `The mail server answered ${status}.` });
  });

  it('with wrong credentials says so, and shows none', async () => {
    const taking = await send(server.url.replace('wafleet:', 'stranger:'));
    expect(taking).toEqual({
      kind: 'unreached',
      problem: 'The mail server does not accept the credentials.',
    });
  });

  it('to a server that is away names what the system says', async () => {
    const gone = await startMailServer({ user: 'wafleet', password: 'p' });
    await gone.stop();
    expect(await send(gone.url)).toMatchObject({
      kind: 'unreached',
      problem: expect.stringMatching(/^The mail server can't be reached \(E\w+\)\.$/),
    });
  });
});
