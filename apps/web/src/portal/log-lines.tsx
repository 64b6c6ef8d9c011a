import type { LogLine } from '@wafleet/contracts';
import { Clock } from '@/ui/time';

const tones: Record<string, { mark: string; word: string }> = {
  error: { mark: 'bg-bad', word: 'Trouble: ' },
  warn: { mark: 'bg-warn', word: 'Note: ' },
};

/** What happened, in words, newest first. */
export function LogLines({ lines }: { lines: readonly LogLine[] }) {
  return (
    <ol>
      {lines.map(({ at, level, message }, place) => {
        const tone = tones[level];
        return (
          <li
            key={`${at} ${place}`}
            className="flex gap-3 border-t border-line px-4 py-2.5 first:border-0 sm:px-5"
          >
            <span aria-hidden className={`mt-2 size-1.5 shrink-0 rounded-full ${tone?.mark ?? 'bg-rest'}`} />
            <span className="min-w-0 grow text-sm break-words">
              {tone ? <span className="sr-only">{tone.word}</span> : null}
              {message}
            </span>
            <span className="shrink-0 text-sm text-soft tabular-nums">
              <Clock at={at} />
            </span>
          </li>
        );
      })}
    </ol>
  );
}
