'use client';

import { useQuery } from '@tanstack/react-query';
import type { LogLine } from '@wafleet/contracts';
import { useMemo, useRef, useState } from 'react';
import { Answer } from '@/calls/answer';
import { answerOf, controlPlane } from '@/calls/control-plane';
import { Button } from '@/ui/button';
import { Select, TextField } from '@/ui/field';
import { classNames } from '@/ui/class-names';
import { Empty } from '@/ui/notice';
import { clock } from '@/ui/time';
import { useAddressState } from '../../use-address-state';

const lookEveryMs = 2_000;
const limit = 500;
const levels = ['debug', 'info', 'warn', 'error'] as const;
const tones: Record<string, string> = { error: 'text-bad', warn: 'text-warn', debug: 'text-soft' };

/** The newest lines of the worker, and of the control plane about it, followed as they come; or those about a moment. */
export function LogsTab({ tenantId }: { tenantId: string }) {
  const [levelName, setLevel] = useAddressState('level', 'info');
  const level = levels.find((one) => one === levelName) ?? 'info';
  const [search, setSearch] = useState('');
  const [at, setAt] = useAddressState('at', '');
  const until = endOf(at);
  const [isFollowed, setFollowed] = useState(true);
  const kept = useRef<readonly LogLine[]>([]);
  const logs = useQuery({
    queryKey: ['logs', tenantId, level, until],
    queryFn: () =>
      answerOf(
        controlPlane.GET('/admin/tenants/{tenantId}/logs', {
          params: {
            path: { tenantId },
            query: { level, limit, ...(until === null ? {} : { before: until }) },
          },
        }),
      ),
    refetchInterval: until === null ? lookEveryMs : false,
    placeholderData: (before) => before,
  });
  const newest = logs.data?.items;
  const lines = isFollowed || until !== null ? (newest ?? []) : kept.current;
  const missed = isFollowed || !newest ? 0 : countNew(newest, kept.current[0]);
  const shown = useMemo(() => {
    const wanted = search.toLowerCase();
    return lines.filter((line) => wanted === '' || textOf(line).toLowerCase().includes(wanted));
  }, [lines, search]);
  const follow = (next: boolean) => {
    kept.current = newest ?? [];
    setFollowed(next);
  };
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-end gap-3">
        <Select label="Level" value={level} onChange={(event) => setLevel(event.target.value)}>
          {levels.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </Select>
        <TextField
          label="Search"
          type="search"
          value={search}
          maxLength={200}
          onChange={(event) => setSearch(event.target.value)}
        />
        <TextField
          label="Jump to"
          type="datetime-local"
          step={1}
          value={at === '' ? '' : localOf(at)}
          onChange={({ target: { value } }) => setAt(value === '' ? '' : new Date(value).toISOString())}
        />
        {until === null ? (
          <Button kind="plain" aria-pressed={!isFollowed} onClick={() => follow(!isFollowed)}>
            {isFollowed ? 'Pause' : 'Follow'}
          </Button>
        ) : (
          <Button kind="plain" onClick={() => setAt('')}>
            To the newest
          </Button>
        )}
        {until === null ? null : (
          <p role="status" className="py-2 text-sm text-soft">
            Up to {clock(until)}, nothing newer.
          </p>
        )}
        {isFollowed || until !== null ? null : (
          <p role="status" className="py-2 text-sm text-soft">
            Following paused
            {missed === 0 ? '' : `: ${missed === limit ? `${limit} or more` : missed} new lines`}
          </p>
        )}
      </div>
      <Answer of={logs} what="The log" lines={8}>
        {() =>
          shown.length === 0 ? (
            <Empty title={search === '' ? 'No lines of this level.' : 'No line matches.'} />
          ) : (
            <ol
              tabIndex={0}
              aria-label="Log lines, newest first"
              className="live max-h-[32rem] overflow-auto rounded-xl border border-line bg-surface p-3 font-mono text-xs"
            >
              {shown.map((line, index) => (
                <li
                  key={`${line.at}-${index}`}
                  className={classNames(
                    'flex gap-3 py-0.5 whitespace-pre-wrap',
                    at !== '' && line.at <= at && (shown[index - 1]?.at ?? until ?? '') > at
                      ? 'border-t border-accent'
                      : '',
                  )}
                >
                  <span className="shrink-0 text-soft">{clock(line.at)}</span>
                  <span className={`w-12 shrink-0 ${tones[line.level] ?? ''}`}>{line.level}</span>
                  <span className="min-w-0 break-words">{textOf(line)}</span>
                </li>
              ))}
            </ol>
          )
        }
      </Answer>
    </div>
  );
}

/** What followed the moment is of interest too. */
const afterMs = 30_000;

/** Up to when lines are shown, with the moment that was jumped to in them; null while the newest are followed. */
function endOf(at: string): string | null {
  const time = Date.parse(at);
  return Number.isNaN(time) ? null : new Date(time + afterMs).toISOString();
}

/** As a field for a date and a time writes it, in the viewer's zone. */
function localOf(at: string): string {
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

function textOf({ message, fields }: LogLine): string {
  const more = Object.entries(fields).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return [message, ...more].join(' ');
}

/** Newest first: those above the one that was on top. */
function countNew(lines: readonly LogLine[], top: LogLine | undefined): number {
  if (top === undefined) return lines.length;
  const place = lines.findIndex((line) => line.at === top.at && line.message === top.message);
  return place === -1 ? lines.length : place;
}
