import { describe, expect, it } from '@jest/globals';
import { controlFrameSchema, type ControlFrame } from '@wafleet/contracts';
import { parseControlFrame } from './control-frames';

const frames: ControlFrame[] = [
  {
    type: 'welcome',
    linkId: 'l1',
    lastSeq: 0,
    account: null,
    reconnect: { attempt: 0, reason: null },
  },
  {
    type: 'welcome',
    linkId: 'l2',
    lastSeq: 7,
    account: { phoneNumber: '15550101001', linkedAt: 1 },
    reconnect: { attempt: 3, reason: 'browser_crashed' },
  },
  { type: 'ack', seq: 4 },
  {
    type: 'command',
    id: 'c1',
    command: {
      kind: 'message.send',
      waMessageId: '3EB0',
      chatId: '15550101002@c.us',
      content: { type: 'text', body: 'hi' },
      notAfter: 9,
    },
  },
  { type: 'command', id: 'c2', command: { kind: 'message.find', waMessageId: '3EB0', chatId: '1@c.us' } },
  { type: 'command', id: 'c3', command: { kind: 'session.pairing_code', phoneNumber: '15550101001' } },
  { type: 'command', id: 'c4', command: { kind: 'session.logout' } },
  {
    type: 'command',
    id: 'c5',
    command: {
      kind: 'media.fetch',
      fetchId: 'f1',
      key: { id: '3A00', fromMe: false, chatId: '1@c.us', sender: '1@c.us' },
      maxBytes: 10,
      timeoutMs: 1_000,
    },
  },
  { type: 'command', id: 'c6', command: { kind: 'media.read', fetchId: 'f1', offset: 0 } },
  { type: 'command', id: 'c7', command: { kind: 'media.drop', fetchId: 'f1' } },
  { type: 'refused', code: 'superseded', message: 'no' },
];

describe('parseControlFrame', () => {
  it.each(frames)('takes what the contract allows: %j', (frame) => {
    expect(controlFrameSchema.safeParse(frame).success).toBe(true);
    expect(parseControlFrame(JSON.stringify(frame))).toEqual(frame);
  });

  it('lets a command of tomorrow through, to be answered as unknown', () => {
    const frame = { type: 'command', id: 'c5', command: { kind: 'page.screenshot' } };
    expect(parseControlFrame(JSON.stringify(frame))).toEqual(frame);
  });

  it.each([
    'no JSON',
    'null',
    '7',
    '{"type":"frame.of.tomorrow"}',
    '{"type":"ack","seq":"4"}',
    '{"type":"command","id":"c1","command":{"kind":"message.send"}}',
    '{"type":"command","id":"c1","command":{"kind":"media.fetch","fetchId":"f","maxBytes":1,"timeoutMs":1}}',
    '{"type":"command","id":"c1","command":{"kind":"media.read","fetchId":"f","offset":-1}}',
    '{"type":"welcome","linkId":"l","lastSeq":0,"account":7,"reconnect":{"attempt":0}}',
  ])('ignores %s', (text) => {
    expect(parseControlFrame(text)).toBeNull();
  });
});
