/** Notices that this process itself was away: stopped by a signal, or too busy for anything else. */
export interface Presence {
  /** From now on absences are noticed. */
  start(): void;
  stop(): void;
  /** Asked before each use of what was heard, because nobody knows what runs first after an absence. */
  note(): void;
}

/** What was not heard while this process was away says nothing about who was silent. */
export function createPresence(deps: {
  /** Silence of this length has consequences; an absence of a third of it counts as one. */
  silenceMs: number;
  onReturn: (awayMs: number) => void;
  now: () => number;
}): Presence {
  let timer: NodeJS.Timeout | null = null;
  let last = 0;

  return {
    start() {
      last = deps.now();
      timer = setInterval(note, deps.silenceMs / 10);
    },
    stop() {
      if (timer !== null) clearInterval(timer);
      timer = null;
    },
    note,
  };

  function note(): void {
    const at = deps.now();
    const awayMs = at - last;
    last = at;
    if (timer !== null && awayMs > deps.silenceMs / 3) deps.onReturn(awayMs);
  }
}
