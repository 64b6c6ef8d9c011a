import type { ChaosOptions } from '@wafleet/testing';
import type { Report } from '../report';

const tellEveryMs = 30_000;

/**
 * A long run says how far it is, and ends in good order, with its figures, at the first Ctrl-C, or when its time is over.
 * @param progress what else there is to say
 */
export function followed(
  report: Report,
  faults: number,
  { maxMinutes, progress = () => '' }: { maxMinutes?: number; progress?: () => string } = {},
): ChaosOptions {
  const stopping = new AbortController();
  process.once('SIGINT', () => stopping.abort());
  const startedAt = performance.now();
  let toldAt = startedAt;
  if (maxMinutes !== undefined) setTimeout(() => stopping.abort(), maxMinutes * 60_000).unref();
  return {
    signal: stopping.signal,
    onStep: (met) => {
      if (performance.now() - toldAt < tellEveryMs) return;
      toldAt = performance.now();
      const minutes = ((toldAt - startedAt) / 60_000).toFixed(1);
      report.line(`  ${minutes} min: ${met} of ${faults} faults${progress()}`);
    },
  };
}
