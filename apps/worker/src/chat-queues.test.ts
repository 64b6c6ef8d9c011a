import { describe, expect, it } from '@jest/globals';
import { ChatQueues } from './chat-queues';

describe('ChatQueues', () => {
  it("keeps a chat's order and lets other chats pass", async () => {
    const queues = new ChatQueues();
    const done: string[] = [];
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = queues.run('a', async () => {
      await gate;
      done.push('a1');
    });
    const next = queues.run('a', async () => void done.push('a2'));
    await queues.run('b', async () => void done.push('b1'));
    expect(done).toEqual(['b1']);
    expect(queues.depth).toBe(2);
    release();
    await Promise.all([slow, next]);
    await queues.idle();
    expect(done).toEqual(['b1', 'a1', 'a2']);
    expect(queues.depth).toBe(0);
  });

  it('goes on after a failure, which its caller gets', async () => {
    const queues = new ChatQueues();
    const failing = queues.run('a', () => Promise.reject(new Error('no')));
    const next = queues.run('a', async () => 'yes');
    await expect(failing).rejects.toThrow('no');
    await expect(next).resolves.toBe('yes');
  });
});
