import { describe, expect, it } from '@jest/globals';
import { contentLimits, maxFrameBytes, messageContentSchema } from '@wafleet/contracts';
import { normaliseContent } from './normalise-content';

const bytes = { directPath: '/v/t62', mimetype: 'image/jpeg', size: 3_210 };
const media = {
  kind: 'media',
  mimeType: 'image/jpeg',
  sizeBytes: 3_210,
  filename: null,
  seconds: null,
  isGif: false,
};
const card = 'BEGIN:VCARD\nFN:Ann\nEND:VCARD';

describe('what a message says', () => {
  it.each([
    ['chat', { body: 'hello' }, { type: 'text', body: 'hello', content: null }],
    // The body of what has bytes is the picture of its preview.
    [
      'image',
      { ...bytes, body: '/9j/4AAQ', caption: 'look' },
      { type: 'image', body: 'look', content: media },
    ],
    [
      'video',
      { ...bytes, isGif: true, duration: '4' },
      { type: 'video', body: null, content: { ...media, isGif: true, seconds: 4 } },
    ],
    ['audio', { ...bytes, duration: 3 }, { type: 'audio', body: null, content: { ...media, seconds: 3 } }],
    [
      'ptt',
      { ...bytes, duration: 'long' },
      { type: 'voice', body: null, content: { ...media, seconds: null } },
    ],
    [
      'document',
      { ...bytes, filename: 'a.pdf' },
      { type: 'document', body: null, content: { ...media, filename: 'a.pdf' } },
    ],
    [
      'sticker',
      { ...bytes, size: -1 },
      { type: 'sticker', body: null, content: { ...media, sizeBytes: null } },
    ],
    // A picture to be seen once names no bytes on linked devices.
    ['image', { body: '/9j/4AAQ' }, { content: { ...media, mimeType: null, sizeBytes: null } }],
    [
      'location',
      { lat: 52.5, lng: 13.4, loc: 'Zoo\nGate 1', clientUrl: 'https://a.b', body: '/9j/4AAQ' },
      {
        type: 'location',
        body: null,
        content: {
          kind: 'location',
          latitude: 52.5,
          longitude: 13.4,
          name: 'Zoo',
          address: 'Gate 1',
          url: 'https://a.b',
        },
      },
    ],
    ['location', { lat: 'north', lng: 13.4 }, { type: 'location', content: null }],
    [
      'vcard',
      { body: card, vcardFormattedName: 'Ann' },
      { type: 'contacts', body: null, content: { kind: 'contacts', cards: [{ name: 'Ann', vcard: card }] } },
    ],
    [
      'multi_vcard',
      { vcardList: [{ displayName: 'Ann', vcard: card }, 7] },
      {
        type: 'contacts',
        content: {
          kind: 'contacts',
          cards: [
            { name: 'Ann', vcard: card },
            { name: '', vcard: '' },
          ],
        },
      },
    ],
    [
      'poll_creation',
      {
        pollName: 'Tea?',
        pollOptions: [
          { name: 'yes', localId: 0 },
          { name: 'no', localId: 1 },
        ],
        pollSelectableOptionsCount: 1,
      },
      { type: 'poll', body: 'Tea?', content: { kind: 'poll', options: ['yes', 'no'], allowsMany: false } },
    ],
    [
      'gp2',
      { subtype: 'add', recipients: [{ user: '15550100003', server: 's.whatsapp.net' }, {}] },
      {
        type: 'group_event',
        body: null,
        content: { kind: 'group', event: 'add', recipients: ['15550100003@c.us'] },
      },
    ],
    ['gp2', { subtype: 'subject', body: 'Friends' }, { type: 'group_event', body: 'Friends' }],
    ['revoked', { body: 'x' }, { type: 'revoked', body: null, content: null }],
    ['interactive', { body: 'choose' }, { type: 'interactive', body: 'choose', content: null }],
    ['ptv', { ...bytes, body: '/9j/4AAQ' }, { type: 'ptv', body: null, content: media }],
    ['ann\0ounce', {}, { type: 'announce' }],
    [undefined, {}, { type: 'unknown' }],
  ])('%s %j', (type, attributes, expected) => {
    expect(normaliseContent({ type, ...attributes })).toMatchObject(expected);
  });

  it('the most that there may be fits the contract, and a frame', () => {
    const long = '\u0001'.repeat(70_000);
    const cards = Array.from({ length: contentLimits.cards + 1 }, () => ({ displayName: long, vcard: long }));
    const { content } = normaliseContent({ type: 'multi_vcard', vcardList: cards });
    expect(messageContentSchema.parse(content)).toEqual(content);
    // The longest form of a character in JSON, and room for the longest text beside it.
    expect(Buffer.byteLength(JSON.stringify(content))).toBeLessThan(maxFrameBytes - 6 * 65_536);
  });
});
