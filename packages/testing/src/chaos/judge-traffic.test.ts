import { describe, expect, it } from '@jest/globals';
import { judgeTraffic, type StoredMessage } from './judge-traffic';

const person = '15550150001';
const chat = {
  tenant: { id: 'ten_1', number: '15550103001' },
  person,
  told: ['in 1', 'in 2'],
  accepted: [
    { id: 'a', body: 'out 1' },
    { id: 'b', body: 'out 2' },
  ],
};
const cameIn = (...bodies: string[]) =>
  bodies.map((body) => ({
    id: `in ${body}`,
    direction: 'INBOUND',
    status: 'RECEIVED',
    body,
    error_code: null,
  }));
const codeOf = (status: string) => (status === 'UNCERTAIN' ? 'outcome_unknown' : null);
const sent = (statusA: string, statusB: string) => [
  { id: 'a', direction: 'OUTBOUND', status: statusA, body: 'out 1', error_code: codeOf(statusA) },
  { id: 'b', direction: 'OUTBOUND', status: statusB, body: 'out 2', error_code: codeOf(statusB) },
];
const phone = (...bodies: string[]) =>
  new Map([[person, bodies.map((body) => ({ id: body, body, timesReceived: 1 }))]]);
const judge = (stored: readonly StoredMessage[], atPhone: ReturnType<typeof phone>) =>
  judgeTraffic([chat], stored, atPhone);

describe('the verdict over messages', () => {
  it('is clean where each was stored once and arrived once, in order', () => {
    const verdict = judge([...cameIn('in 1', 'in 2'), ...sent('READ', 'SENT')], phone('out 1', 'out 2'));
    expect(verdict).toEqual({ inbound: 2, outbound: 2, broken: [], uncertain: [] });
  });

  it('names what is lost, doubled, out of order or told wrong', () => {
    const { broken } = judge(
      [...cameIn('in 2', 'in 2'), ...sent('READ', 'FAILED')],
      phone('out 2', 'out 1', 'out 1'),
    );
    expect(broken).toEqual([
      'in: "in 1" is stored 0 times',
      'in: "in 2" is stored 2 times',
      'out: "out 1" is at the person 2 times',
      'out: "out 2" is at the person and FAILED',
      'out: "out 2" arrived where "out 1" was due',
    ]);
    const lost = judge([...cameIn('in 1', 'in 2'), ...sent('EXPIRED', 'READ')], phone('out 2'));
    expect(lost.broken).toEqual(['out: "out 1" is EXPIRED and not at the person']);
    const twice = new Map([[person, [{ id: 'out 1', body: 'out 1', timesReceived: 2 }]]]);
    expect(judge([...cameIn('in 1', 'in 2'), ...sent('READ', 'UNCERTAIN')], twice).broken).toEqual([
      'out: "out 1" reached WhatsApp 2 times',
    ]);
  });

  it('counts the uncertain ones apart, and whether they arrived', () => {
    const verdict = judge([...cameIn('in 1', 'in 2'), ...sent('UNCERTAIN', 'UNCERTAIN')], phone('out 2'));
    expect(verdict.broken).toEqual([]);
    expect(verdict.uncertain).toEqual([
      { body: 'out 1', window: 'outcome_unknown', hasArrived: false },
      { body: 'out 2', window: 'outcome_unknown', hasArrived: true },
    ]);
  });
});
