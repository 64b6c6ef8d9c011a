import { describe, expect, it } from '@jest/globals';
import { type MinuteSample, thinSamples } from './thin-samples';

const minuteMs = 60_000;
const at = (minute: number, part: Partial<MinuteSample> = {}): MinuteSample => ({
  at: minute * minuteMs,
  memoryMib: 100,
  cpuPercent: 2,
  messages: 0,
  generation: 1,
  ...part,
});

describe('samples of usage', () => {
  it('keep the highest memory of a step, and the mean of the rest', () => {
    const minutes = [at(0, { memoryMib: 90, messages: 4 }), at(1, { memoryMib: 300, cpuPercent: 5 }), at(2)];
    expect(thinSamples(minutes, 5 * minuteMs)).toEqual([
      { at: 0, memoryMib: 300, cpuPercent: 3, messagesPerMinute: 1.3, restarts: 0 },
    ]);
  });

  it('leave out steps in which nothing ran, and what nobody knows', () => {
    const minutes = [at(0, { memoryMib: null, cpuPercent: null }), at(20)];
    expect(thinSamples(minutes, 5 * minuteMs)).toMatchObject([
      { at: 0, memoryMib: null, cpuPercent: null },
      { at: 20 * minuteMs, memoryMib: 100 },
    ]);
    expect(thinSamples([], minuteMs)).toEqual([]);
  });

  it('count starts of the worker in the step in which it was seen anew, the first one not', () => {
    const minutes = [
      at(0, { generation: 7 }),
      at(1, { generation: 7 }),
      at(2, { generation: 9 }),
      at(3, { generation: 10 }),
    ];
    expect(thinSamples(minutes, minuteMs).map(({ restarts }) => restarts)).toEqual([0, 0, 2, 1]);
    expect(thinSamples(minutes, 4 * minuteMs).map(({ restarts }) => restarts)).toEqual([3]);
  });
});
