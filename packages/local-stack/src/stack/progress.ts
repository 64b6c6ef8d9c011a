/** Lines for the person at the terminal, each with the seconds since the command was given. */
export interface Progress {
  step(text: string): void;
  /** Without a time: addresses and instructions. */
  say(text: string): void;
  elapsedMs(): number;
}

export function createProgress(startedAt: number, write: (line: string) => void): Progress {
  const elapsedMs = () => Date.now() - startedAt;
  return {
    step: (text) => write(`${`${(elapsedMs() / 1000).toFixed(1)}s`.padStart(7)}  ${text}\n`),
    say: (text) => write(`${text}\n`),
    elapsedMs,
  };
}
