import { expect, it } from '@jest/globals';
import type { Command, TenantId } from '@wafleet/contracts';
import type { WorkerLinks } from '../../worker-link/worker-links';
import type { Attempt } from './begin-attempt';
import { giveToWorker } from './send-attempt';

const attempt: Attempt = {
  message: {
    id: 'msg_1',
    tenantId: 'ten_1' as TenantId,
    chatId: '15550100002@c.us',
    type: 'text',
    body: 'hi',
    content: null,
    mentions: [],
    linkPreview: false,
    target: null,
    isAnswer: false,
    media: null,
    status: 'SENDING',
    generation: 4,
    waMessageId: '3EB0AA',
    attempts: 1,
    expiresAt: new Date(),
    sendingAt: new Date(),
    isConnected: true,
    connectedSince: new Date(),
    pacedUntil: null,
    sendsPerMinute: null,
    linkedAccountId: null,
  },
  waMessageId: '3EB0AA',
  generation: 4,
  number: 1,
};

/** A worker of this generation that sends whatever it is given. */
function workerOf(generation: number) {
  const given: string[] = [];
  const command = async (_tenantId: TenantId, id: string, _command: Command) => {
    given.push(id);
    return { generation, result: { ok: true, value: { ack: 0 } } };
  };
  const current = () => ({ generation, linkId: 'link' });
  const links = { current, command: command as WorkerLinks['command'] };
  return { given, links, mediaStore: { read: async () => null } };
}

it('the worker of the attempt is given the message, its attempt in the command', async () => {
  const { given, ...deps } = workerOf(4);
  const learnt = await giveToWorker(deps, 'ten_1' as TenantId, attempt);
  expect(learnt).toEqual({ kind: 'in_page', ack: 0 });
  expect(given).toEqual(['msg_1:4:1']);
});

it('a worker that took over meanwhile is not: it would send the message again without having looked', async () => {
  const { given, ...deps } = workerOf(5);
  await expect(giveToWorker(deps, 'ten_1' as TenantId, attempt)).resolves.toEqual({ kind: 'silence' });
  expect(given).toEqual([]);
});
