import type { Message } from '@wafleet/contracts';
import { ArrowDownLeft, ArrowUpRight } from 'lucide-react';
import { Mark } from '@/ui/mark';
import { Clock } from '@/ui/time';
import { chatName, statusLooks, textOf } from './message-text';

/** Messages in lines; with `onOpen` each leads on. */
export function MessageRows(props: { messages: readonly Message[]; onOpen?: (message: Message) => void }) {
  return (
    <ul>
      {props.messages.map((message) => (
        <li key={message.id} className="border-t border-line first:border-0">
          {props.onOpen ? (
            <button
              data-message
              className="w-full px-4 py-3 text-left -outline-offset-2 hover:bg-sunken sm:px-5"
              onClick={() => props.onOpen?.(message)}
            >
              <Line message={message} />
            </button>
          ) : (
            <div className="px-4 py-3 sm:px-5">
              <Line message={message} />
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}

function Line({ message }: { message: Message }) {
  const isInbound = message.direction === 'INBOUND';
  const Direction = isInbound ? ArrowDownLeft : ArrowUpRight;
  const { tone, word } = statusLooks[message.status];
  return (
    <span className="flex items-start gap-3">
      <Direction aria-hidden className="mt-1 size-4 shrink-0 text-soft" />
      <span className="min-w-0 grow">
        <span className="flex flex-wrap items-center gap-x-2">
          <span className="sr-only">{isInbound ? 'From' : 'To'} </span>
          <span className="font-medium">{chatName(message)}</span>
          {isInbound ? null : <Mark tone={tone}>{word}</Mark>}
        </span>
        <span className="block truncate text-soft">{textOf(message)}</span>
        {message.error ? <span className="block text-sm text-bad">{message.error.message}</span> : null}
      </span>
      <span className="shrink-0 text-sm text-soft tabular-nums">
        <Clock at={message.timestamp} />
      </span>
    </span>
  );
}
