import { expect, it } from '@jest/globals';
import type { Command, TenantId } from '@wafleet/contracts';
import type { WorkerLinks } from '../worker-link/worker-links';
import { giveToWorker, type Attempt } from './send-attempt';

const attempt: Attempt = {
  message: {
    id: 'msg_1',
    chatId: '15550100002@c.us',
    body: 'hi',
    status: 'SENDING',
    generation: 4,
    waMessageId: '3EB0AA',
    attempts: 1,
    expiresAt: new Date(),
    sendingAt: new Date(),
    isConnected: true,
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
  return { given, links: { current, command: command as WorkerLinks['command'] } };
}

it('the worker of the attempt is given the message, its attempt in the command', async () => {
  const { given, links } = workerOf(4);
  const learnt = await giveToWorker(links, 'ten_1' as TenantId, attempt);
  expect(learnt).toEqual({ kind: 'in_page', ack: 0 });
  expect(given).toEqual(['msg_1:4:1']);
});

it('a worker that took over meanwhile is not: it would send the message again without having looked', async () => {
  const { given, links } = workerOf(5);
  await expect(giveToWorker(links, 'ten_1' as TenantId, attempt)).resolves.toEqual({ kind: 'silence' });
  expect(given).toEqual([]);
});
