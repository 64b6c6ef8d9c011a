import { Check } from 'lucide-react';
import { classNames } from '@/ui/class-names';

export const stages = ['Start', 'Scan', 'Done'] as const;

/** Start › Scan › Done: where one is on the way. */
export function ProgressSteps({ stage }: { stage: number }) {
  return (
    <ol aria-label="Progress" className="mb-6 flex items-center gap-3">
      {stages.map((name, place) => {
        const isPast = place < stage;
        const isHere = place === stage;
        return (
          <li key={name} aria-current={isHere ? 'step' : undefined} className="flex items-center gap-2">
            {place > 0 ? <span aria-hidden className="mr-1 h-px w-6 bg-line sm:w-12" /> : null}
            <span
              aria-hidden
              className={classNames(
                'flex size-6 items-center justify-center rounded-full text-xs font-semibold',
                isPast || isHere ? 'bg-accent text-on-accent' : 'bg-rest-soft text-soft',
              )}
            >
              {isPast ? <Check className="size-3.5" /> : place + 1}
            </span>
            <span className={isHere ? 'font-medium' : 'text-soft'}>{name}</span>
          </li>
        );
      })}
    </ol>
  );
}
