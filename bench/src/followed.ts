import type { ChaosOptions } from '@wafleet/testing';
import type { Report } from './report';

const tellEveryMs = 30_000;

/** A long run says how far it is, and ends in good order, with its figures, at the first Ctrl-C. */
export function followed(report: Report, faults: number): ChaosOptions {
  const stopping = new AbortController();
  process.once('SIGINT', () => stopping.abort());
  let toldAt = performance.now();
  return {
    signal: stopping.signal,
    onStep: (done) => {
      if (performance.now() - toldAt < tellEveryMs) return;
      toldAt = performance.now();
      report.line(`  ${done} of ${faults} faults`);
    },
  };
}
