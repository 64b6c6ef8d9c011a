import { Card } from '@/ui/card';
import { clock } from '@/ui/time';

/** Lines that were kept of the last moments, oldest first. */
export function EvidenceLines({
  title,
  lines,
}: {
  title: string;
  lines: { at: string; level: string; text: string }[];
}) {
  return (
    <Card title={title}>
      {lines.length === 0 ? (
        <p className="text-soft">Nothing.</p>
      ) : (
        <ol tabIndex={0} aria-label={title} className="max-h-72 overflow-auto font-mono text-xs">
          {lines.map(({ at, level, text }, index) => (
            <li key={index} className="flex gap-3 py-0.5 whitespace-pre-wrap">
              <span className="shrink-0 text-soft">{clock(at)}</span>
              <span className={level === 'error' ? 'text-bad' : ''}>{text}</span>
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
}
