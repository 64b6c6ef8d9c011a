import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { normalisedMessageSchema } from '@wafleet/contracts';
import { messageKey, normaliseMessage } from './normalise-message';
import { widText } from './page-values';

const own = '15550100001@c.us';
const pageTypes = [
  'chat',
  'image',
  'ptt',
  'location',
  'vcard',
  'multi_vcard',
  'poll_creation',
  'gp2',
  'revoked',
];
const inbound = {
  id: { fromMe: false, remote: '15550100002@c.us', id: '3AABC', _serialized: 'false_15550100002@c.us_3AABC' },
  body: 'hello',
  type: 'chat',
  t: 1_700_000_000,
  from: { user: '15550100002', server: 'c.us', _serialized: '15550100002@c.us' },
  to: own,
  ack: 1,
  notifyName: 'Ann',
};

describe('normaliseMessage', () => {
  it('gives a plain record', () => {
    expect(normaliseMessage(inbound, own)).toEqual({
      key: { id: '3AABC', fromMe: false, chatId: '15550100002@c.us', sender: '15550100002@c.us' },
      type: 'text',
      body: 'hello',
      timestamp: 1_700_000_000_000,
      senderName: 'Ann',
      ack: 1,
      isForwarded: false,
      hasMedia: false,
      quotedId: null,
      mentions: [],
      content: null,
    });
  });

  it.each([
    ['renamed', { $1: 'false_15550100002@c.us_3AABC' }, '3AABC'],
    ['whole key only', { _serialized: 'false_1@g.us_3AABC_2@c.us' }, '3AABC'],
    ['nothing', {}, null],
  ])('finds the id: %s', (_title, parts, expected) => {
    const id = { fromMe: false, remote: '15550100002@c.us', ...parts };
    expect(messageKey({ ...inbound, id }, own)?.id).toBe(expected);
  });

  it('names the writer in a group, and ourselves for what we sent', () => {
    const group = {
      ...inbound,
      id: { ...inbound.id, remote: '1203630@g.us' },
      author: '15550100003:7@s.whatsapp.net',
    };
    expect(messageKey(group, own)).toMatchObject({ chatId: '1203630@g.us', sender: '15550100003@c.us' });
    const mine = { ...inbound, id: { ...inbound.id, fromMe: true } };
    expect(messageKey(mine, own)).toMatchObject({ fromMe: true, sender: own });
  });

  it('bounds the text and frees it of what a database can not hold', () => {
    const message = normaliseMessage({ ...inbound, body: `a\0b\ud800${'x'.repeat(70_000)}` }, own);
    expect(message?.body.startsWith('ab\ufffdx')).toBe(true);
    expect(message?.body.length).toBeLessThanOrEqual(65_536);
  });

  it.each([
    ['a status update', { isStatusV3: true }],
    ["the page's own note", { type: 'e2e_notification' }],
    ['what has no chat', { id: {}, from: 7 }],
  ])('drops %s', (_title, change) => {
    expect(normaliseMessage({ ...inbound, ...change }, own)).toBeNull();
  });

  it.each(['constructor', '__proto__', 'toString'])('a type called %s is one that is not known', (type) => {
    expect(normaliseMessage({ ...inbound, type }, own)).toMatchObject({ type, body: 'hello' });
  });

  it('whatever the page says, the record keeps to the contract', () => {
    const anyMessage = fc.record(
      {
        id: fc.oneof(fc.anything(), fc.constant(inbound.id)),
        body: fc.anything(),
        type: fc.oneof(fc.anything(), fc.constantFrom(...pageTypes)),
        t: fc.oneof(fc.anything(), fc.double()),
        ack: fc.oneof(fc.anything(), fc.double()),
        from: fc.anything(),
        author: fc.anything(),
        notifyName: fc.anything(),
        quotedStanzaID: fc.anything(),
        mentionedJidList: fc.oneof(fc.anything(), fc.array(fc.anything())),
        caption: fc.anything(),
        directPath: fc.anything(),
        mimetype: fc.anything(),
        size: fc.oneof(fc.anything(), fc.double()),
        duration: fc.oneof(fc.anything(), fc.double(), fc.double().map(String)),
        lat: fc.double(),
        lng: fc.double(),
        loc: fc.anything(),
        vcardList: fc.oneof(fc.anything(), fc.array(fc.anything())),
        pollOptions: fc.oneof(fc.anything(), fc.array(fc.anything())),
        subtype: fc.anything(),
        recipients: fc.oneof(fc.anything(), fc.array(fc.anything())),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(anyMessage, (message) => {
        const normalised = normaliseMessage(message, own);
        if (normalised) expect(normalisedMessageSchema.safeParse(normalised).success).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('widText', () => {
  it.each([
    ['15550100002@s.whatsapp.net', '15550100002@c.us'],
    ['15550100002:12@c.us', '15550100002@c.us'],
    [{ user: '1', server: 'lid' }, '1@lid'],
    [{ $1: '15550100002@c.us' }, '15550100002@c.us'],
    ['', null],
    [{}, null],
    [undefined, null],
  ])('%j → %s', (given, expected) => {
    expect(widText(given)).toBe(expected);
  });
});
