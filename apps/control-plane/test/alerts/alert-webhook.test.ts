import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AlertNotice } from '@wafleet/contracts';
import type { AlertChannel } from '../../src/alerts/notices/alert-channel';
import { createWebhookChannel } from '../../src/alerts/notices/webhook-channel';
import { type AlertReceiver, startAlertReceiver } from '../fakes/alert-receiver';

const notice: AlertNotice = {
  type: 'alert.test',
  timestamp: '2026-01-01T00:00:00.000Z',
  data: { title: 'A café needs a person', groups: [] },
};

describe("the operators' webhook", () => {
  let receiver: AlertReceiver;
  let channel: AlertChannel;

  beforeAll(async () => {
    receiver = await startAlertReceiver();
    channel = createWebhookChannel(receiver, () => new Date());
  });
  afterAll(() => receiver?.stop());

  it('gets notices that Standard Webhooks can verify', async () => {
    expect(await channel.send('ntc_1', notice)).toEqual({ kind: 'taken' });
    expect(receiver.taken).toEqual([{ id: 'ntc_1', notice }]);
  });

  it.each([
    [404, 'refused'],
    [410, 'refused'],
    [302, 'refused'],
    [408, 'unreached'],
    [429, 'unreached'],
    [500, 'unreached'],
  ])('that answers %s has %s it, and is not followed elsewhere', async (status, kind) => {
    receiver.answerWith(status);
    const before = receiver.requests;
    expect(await channel.send('ntc_2', notice)).toEqual({ kind, problem: `The webhook answered ${status}.` });
    expect(receiver.requests).toBe(before + 1);
  });

  it('that says nothing is given up in time', async () => {
    receiver.answerWith('hang');
    const impatient = createWebhookChannel(receiver, () => new Date(), 200);
    expect(await impatient.send('ntc_3', notice)).toEqual({
      kind: 'unreached',
      problem: 'The webhook did not answer in time.',
    });
  });

  it('that is away is named by what the system says, never by its address', async () => {
    const gone = await startAlertReceiver();
    await gone.stop();
    const taking = await createWebhookChannel(gone, () => new Date()).send('ntc_4', notice);
    expect(taking).toEqual({ kind: 'unreached', problem: "The webhook can't be reached (ECONNREFUSED)." });
  });
});
