/** What was stored of one minute. Times are Unix milliseconds. */
export interface MinuteSample {
  at: number;
  memoryMib: number | null;
  cpuPercent: number | null;
  messages: number;
  generation: number;
}

export interface ThinSample {
  at: number;
  memoryMib: number | null;
  cpuPercent: number | null;
  messagesPerMinute: number;
  restarts: number;
}

/**
 * Minutes, oldest first, as so many samples as there are steps with something in them: the highest memory, the mean of
 * the processor and of messages, and how often the worker was started anew.
 */
export function thinSamples(minutes: readonly MinuteSample[], stepMs: number): ThinSample[] {
  const steps = new Map<number, MinuteSample[]>();
  for (const minute of minutes) {
    const at = Math.floor(minute.at / stepMs) * stepMs;
    const step = steps.get(at);
    if (step) step.push(minute);
    else steps.set(at, [minute]);
  }
  let generation = minutes[0]?.generation ?? 0;
  return [...steps].map(([at, step]) => {
    const before = generation;
    generation = step.at(-1)?.generation ?? before;
    return {
      at,
      memoryMib: step.reduce<number | null>(
        (highest, { memoryMib }) => (memoryMib === null ? highest : Math.max(highest ?? 0, memoryMib)),
        null,
      ),
      cpuPercent: mean(step.flatMap(({ cpuPercent }) => cpuPercent ?? [])),
      messagesPerMinute: mean(step.map(({ messages }) => messages)) ?? 0,
      restarts: Math.max(0, generation - before),
    };
  });
}

/** The same with how often its page reconnected, by the times of the steps; one in which nothing else is known has that alone. */
export function withReconnects(
  samples: readonly ThinSample[],
  reconnects: ReadonlyMap<number, number>,
): (ThinSample & { reconnects: number })[] {
  const known = new Map(samples.map((sample) => [sample.at, sample]));
  const times = new Set([...known.keys(), ...reconnects.keys()]);
  return [...times]
    .sort((one, other) => one - other)
    .map((at) => ({ ...(known.get(at) ?? nothing(at)), reconnects: reconnects.get(at) ?? 0 }));
}

const nothing = (at: number): ThinSample => ({
  at,
  memoryMib: null,
  cpuPercent: null,
  messagesPerMinute: 0,
  restarts: 0,
});

/** To one decimal; null of nothing. */
function mean(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  return Math.round((10 * values.reduce((sum, value) => sum + value, 0)) / values.length) / 10;
}
