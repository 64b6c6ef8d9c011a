'use client';

import { useQueryClient } from '@tanstack/react-query';
import type { TenantStatusView } from '@wafleet/contracts';
import Link from 'next/link';
import { ActionButton } from '@/calls/action-button';
import { Answer } from '@/calls/answer';
import { answerOf, controlPlane } from '@/calls/control-plane';
import { buttonLook } from '@/ui/button';
import { Card } from '@/ui/card';
import { useNow } from '@/ui/time';
import { useQr, useStatus } from '../answers';
import { headline } from '../headline';
import { SessionActs } from '../session-acts';
import { useWorkspace } from '../workspace';
import { Linking } from './linking';
import { ProgressSteps } from './progress-steps';

const at = '/portal/tenant/current';

/** Start › Scan › Done, by what the session does; nothing here has to be reloaded. */
export function ConnectSteps() {
  const status = useStatus();
  return (
    <Card>
      <Answer of={status} what="The status" lines={6}>
        {(view) => <Step status={view} />}
      </Answer>
    </Card>
  );
}

type Step = 'start' | 'scan' | 'setting_up' | 'done' | 'under_way' | 'trouble';

const stageOf: Record<Step, number> = { start: 0, under_way: 0, scan: 1, setting_up: 1, done: 3, trouble: 0 };

/** Reasons for which a fresh code leads on. */
const newCodeHelps = ['show_new_code', 'link_again', 'choose_account', 'scan', 'enter_code'];

function stepOf({ status, reason, session, desiredState }: TenantStatusView): Step {
  if (session.state === 'QR_READY' && desiredState === 'RUNNING') return 'scan';
  if (status === 'ACTIVE') return 'done';
  if (session.state === 'AUTHENTICATING') return 'setting_up';
  if (status === 'NEW' || status === 'PAUSED') return 'start';
  if (reason !== null && newCodeHelps.includes(reason.userAction)) return 'start';
  return status === 'STARTING' || status === 'RECOVERING' ? 'under_way' : 'trouble';
}

function Step({ status }: { status: TenantStatusView }) {
  const step = stepOf(status);
  return (
    <>
      <ProgressSteps stage={stageOf[step]} />
      <div aria-live="polite">
        {step === 'scan' ? <Scan status={status} /> : <Told status={status} step={step} />}
      </div>
    </>
  );
}

function Scan({ status }: { status: TenantStatusView }) {
  const qr = useQr(true);
  return (
    <Linking
      qr={qr.data}
      phoneNumber={status.session.account?.phoneNumber ?? null}
      requestPairingCode={(phoneNumber) =>
        answerOf(controlPlane.POST(`${at}/session/pairing-code`, { body: { phoneNumber } }))
      }
      withoutCode={
        qr.data?.reason === 'awaiting_pairing_code' ? (
          <div className="flex flex-col items-center gap-3 text-center">
            <p>A pairing code is waiting to be typed on the phone.</p>
            <ActionButton
              label="Use a code to scan"
              busyLabel="Asking for a code…"
              doneText="A new code is on its way"
              kind="plain"
              act={() => answerOf(controlPlane.POST(`${at}/worker/restart`))}
            />
          </div>
        ) : undefined
      }
    />
  );
}

function Told({ status, step }: { status: TenantStatusView; step: Step }) {
  const answers = useQueryClient();
  const { isReadOnly } = useWorkspace();
  const { title, text, acts } = headline(status, useNow(5_000));
  const { session } = status;
  return (
    <div className="flex max-w-prose flex-col items-start gap-4 py-4">
      <div>
        <h2 className="text-xl font-semibold">{step === 'done' ? 'Your WhatsApp is connected' : title}</h2>
        <p className="mt-1 text-soft">
          {step === 'done' && session.account
            ? `+${session.account.phoneNumber} sends and receives through this workspace now.`
            : text}
        </p>
      </div>
      {step === 'start' && !isReadOnly ? (
        <ActionButton
          label="Show the code"
          busyLabel="Starting…"
          doneText="A code is on its way"
          act={() => answerOf(controlPlane.POST(`${at}/worker/start`))}
          onDone={() => void answers.invalidateQueries({ queryKey: ['status'] })}
        />
      ) : null}
      {step === 'done' ? (
        <div className="flex flex-wrap gap-2">
          <Link href="/messages" className={buttonLook()}>
            Send a test message
          </Link>
          <Link href="/" className={buttonLook({ kind: 'plain' })}>
            To the status
          </Link>
        </div>
      ) : null}
      {step === 'setting_up' || step === 'under_way' ? <Bar percent={session.syncPercent} /> : null}
      {step === 'trouble' || step === 'under_way' ? (
        <SessionActs acts={acts.filter((act) => act !== 'connect')} />
      ) : null}
    </div>
  );
}

function Bar({ percent }: { percent: number | null }) {
  return (
    <div
      role="progressbar"
      aria-label="Progress of the set-up"
      {...(percent === null
        ? {}
        : { 'aria-valuenow': Math.round(percent), 'aria-valuemin': 0, 'aria-valuemax': 100 })}
      className="h-2 w-72 max-w-full overflow-hidden rounded-full bg-sunken"
    >
      <div
        className={`h-full rounded-full bg-accent ${percent === null ? 'w-1/3 animate-pulse' : ''}`}
        style={percent === null ? undefined : { width: `${percent}%` }}
      />
    </div>
  );
}
