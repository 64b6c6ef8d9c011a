'use client';

import type { TenantStatusView } from '@wafleet/contracts';
import { CircleCheck, CircleAlert } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { Answer } from '@/calls/answer';
import { Card } from '@/ui/card';
import { Mark } from '@/ui/mark';
import { Empty } from '@/ui/notice';
import { Ago, Clock, useNow } from '@/ui/time';
import { useLog, useMessagesToday, useStatus } from './answers';
import { headline } from './headline';
import { NewestMessages } from './newest-messages';
import { SessionActs } from './session-acts';
import { LogLines } from './log-lines';

/** Is my WhatsApp working, and if not, what do I press? */
export function Status() {
  const status = useStatus();
  return (
    <div className="live flex flex-col gap-5">
      <Answer of={status} what="The status">
        {(view) => (
          <>
            <Banner status={view} />
            <Indicators status={view} />
          </>
        )}
      </Answer>
      <div className="grid items-start gap-5 lg:grid-cols-[3fr_2fr]">
        <Card title="Newest messages" aside={<More href="/messages" />} isFlush>
          <NewestMessages account={status.data?.session.account?.phoneNumber ?? null} />
        </Card>
        <Card title="What happened" aside={<More href="/activity" />} isFlush>
          <NewestEvents />
        </Card>
      </div>
    </div>
  );
}

function Banner({ status }: { status: TenantStatusView }) {
  const { tone, word, title, text, acts, needsAttention } = headline(status, useNow(5_000));
  const { session, attempt, nextAttemptAt } = status;
  return (
    <section aria-label="Your WhatsApp" className="rounded-xl border border-line bg-surface p-5 sm:p-6">
      <div className="flex flex-wrap items-start justify-between gap-4">
        <div className="min-w-0">
          <Mark tone={tone}>{word}</Mark>
          <h1 className="mt-2 text-3xl font-semibold tracking-tight" aria-live="polite">
            {title}
          </h1>
          <p className="mt-1 max-w-prose text-soft">{text}</p>
          <p className="mt-2 text-sm text-soft">
            {session.account ? <>{masked(session.account.phoneNumber)}, since </> : 'Since '}
            <Clock at={status.since} />
            {session.lastSeenAt ? (
              <>
                , checked <Ago at={session.lastSeenAt} />
              </>
            ) : null}
            {nextAttemptAt ? (
              <>
                . Attempt {attempt + 1}, <Ago at={nextAttemptAt} />
              </>
            ) : null}
            .
          </p>
        </div>
        <SessionActs acts={acts} />
      </div>
      <p className="mt-4 flex items-center gap-2 border-t border-line pt-4 text-sm font-medium">
        {needsAttention ? (
          <>
            <CircleAlert aria-hidden className="size-4 text-warn" />
            Needs your attention: {title.toLowerCase()}
          </>
        ) : (
          <>
            <CircleCheck aria-hidden className="size-4 text-good" />
            {tone === 'good' ? 'All good' : 'Nothing for you to do: this goes on by itself'}
          </>
        )}
      </p>
    </section>
  );
}

/** A check is due every few seconds; after these ages something is not as it should be. */
const lateCheckMs = 15_000;
const missedCheckMs = 60_000;

function Indicators({ status }: { status: TenantStatusView }) {
  const { session, worker, queues } = status;
  const now = useNow(1_000);
  const ageMs = session.lastSeenAt === null ? null : now - new Date(session.lastSeenAt).getTime();
  const isUp = status.status === 'ACTIVE' || status.status === 'RECOVERING';
  const checkTone =
    !isUp || ageMs === null ? 'rest' : ageMs > missedCheckMs ? 'bad' : ageMs > lateCheckMs ? 'warn' : 'good';
  return (
    <dl className="grid gap-3 sm:grid-cols-2 lg:grid-cols-5">
      <Indicator name="Session">
        <Mark tone={session.state === 'CONNECTED' ? 'good' : 'rest'}>{words(session.state)}</Mark>
        <span>
          since <Clock at={session.since} />
        </span>
      </Indicator>
      <Indicator name="Last check">
        <Mark tone={checkTone}>
          {ageMs === null
            ? 'None yet'
            : checkTone === 'good'
              ? 'On time'
              : checkTone === 'rest'
                ? 'Not checked now'
                : 'Late'}
        </Mark>
        {session.lastSeenAt ? <Ago at={session.lastSeenAt} /> : null}
      </Indicator>
      <Indicator name="Worker">
        <Mark tone={worker.status === 'RUNNING' ? 'good' : worker.status === 'ERROR' ? 'bad' : 'rest'}>
          {words(worker.status)}
        </Mark>
        {worker.startedAt ? (
          <span>
            started <Ago at={worker.startedAt} />
          </span>
        ) : null}
      </Indicator>
      <MessagesToday />
      <Indicator name="Waiting to be sent">
        <span className="text-lg font-semibold text-ink tabular-nums">{queues.outbound}</span>
        {queues.nextSendAt ? (
          <span>
            next <Ago at={queues.nextSendAt} />
          </span>
        ) : null}
      </Indicator>
    </dl>
  );
}

function MessagesToday() {
  const counts = useMessagesToday();
  return (
    <Indicator name="Messages today">
      {counts.data ? (
        <span>
          <span className="text-lg font-semibold text-ink tabular-nums">{counts.data.received}</span>{' '}
          received, <span className="text-lg font-semibold text-ink tabular-nums">{counts.data.sent}</span>{' '}
          sent
        </span>
      ) : counts.isError ? (
        'Not known now'
      ) : (
        '…'
      )}
    </Indicator>
  );
}

function Indicator({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="rounded-xl border border-line bg-surface px-4 py-3">
      <dt className="text-sm text-soft">{name}</dt>
      <dd className="mt-1 flex min-h-7 flex-wrap items-center gap-2 text-sm text-soft">{children}</dd>
    </div>
  );
}

function NewestEvents() {
  const log = useLog(5);
  return (
    <Answer of={log} what="What happened">
      {({ items }) =>
        items.length === 0 ? (
          <Empty title="Nothing happened yet" text="Starts, codes and trouble are told here." />
        ) : (
          <LogLines lines={items} />
        )
      }
    </Answer>
  );
}

function More({ href }: { href: string }) {
  return (
    <Link href={href} className="text-sm text-accent underline-offset-2 hover:underline">
      Show all
    </Link>
  );
}

const words = (state: string) => {
  const text = state.toLowerCase().replaceAll('_', ' ');
  return text[0]?.toUpperCase() + text.slice(1);
};

/** Enough to tell it from one's other numbers. */
const masked = (phoneNumber: string) => `+${phoneNumber.slice(0, 1)} ••• ${phoneNumber.slice(-4)}`;
