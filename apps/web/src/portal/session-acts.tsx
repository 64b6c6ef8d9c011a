'use client';

import { useQueryClient } from '@tanstack/react-query';
import type { TenantStatusView } from '@wafleet/contracts';
import Link from 'next/link';
import { ActionButton, type Confirmation } from '@/calls/action-button';
import { answerOf, controlPlane } from '@/calls/control-plane';
import { buttonLook } from '@/ui/button';
import type { SessionAct } from './headline';
import { useWorkspace } from './workspace';

interface Look {
  label: string;
  busyLabel: string;
  doneText: string;
  confirm?: Confirmation;
  isDanger?: boolean;
  isForOwners?: boolean;
  act: () => Promise<TenantStatusView>;
}

const at = '/portal/tenant/current';

function looksFor(workspace: string): Record<Exclude<SessionAct, 'connect'>, Look> {
  return {
    start: {
      label: 'Start',
      busyLabel: 'Starting…',
      doneText: 'The session is being started',
      act: () => answerOf(controlPlane.POST(`${at}/worker/start`)),
    },
    stop: {
      label: 'Stop',
      busyLabel: 'Stopping…',
      doneText: 'The session is being stopped',
      isForOwners: true,
      confirm: {
        title: `Stop the session of ${workspace}?`,
        text: 'Nothing is sent or received until it is started again. The phone stays linked, messages stay.',
      },
      act: () => answerOf(controlPlane.POST(`${at}/worker/stop`)),
    },
    restart: {
      label: 'Restart',
      busyLabel: 'Restarting…',
      doneText: 'The session is being restarted',
      confirm: { title: 'Restart the session?', text: 'Sending pauses for a few seconds. No new scan.' },
      act: () => answerOf(controlPlane.POST(`${at}/worker/restart`)),
    },
    try_now: {
      label: 'Try now',
      busyLabel: 'Trying…',
      doneText: 'It is tried now',
      act: () => answerOf(controlPlane.POST(`${at}/session/reset-reconnect`)),
    },
    logout: {
      label: 'Disconnect',
      busyLabel: 'Disconnecting…',
      doneText: 'WhatsApp is being signed out here',
      isDanger: true,
      isForOwners: true,
      confirm: {
        title: `Disconnect ${workspace}?`,
        text: 'This signs WhatsApp out here; to use it again you scan a new code. Your messages stay.',
      },
      act: () => answerOf(controlPlane.POST(`${at}/session/logout`)),
    },
    reset: {
      label: 'Reset',
      busyLabel: 'Resetting…',
      doneText: 'The session starts with a fresh code',
      isDanger: true,
      isForOwners: true,
      confirm: {
        title: 'Reset the session?',
        text: 'This signs WhatsApp out here and you scan a new code. Messages stay.',
      },
      act: () => answerOf(controlPlane.POST(`${at}/session/reset`)),
    },
    take_over: {
      label: 'Use it here',
      busyLabel: 'Taking over…',
      doneText: 'It is taken over here',
      act: () => answerOf(controlPlane.POST(`${at}/session/take-over`)),
    },
    leave_there: {
      label: 'Leave it there',
      busyLabel: 'Stopping…',
      doneText: 'The session here is being stopped',
      isForOwners: true,
      act: () => answerOf(controlPlane.POST(`${at}/worker/stop`)),
    },
    accept_number: {
      label: 'Keep this number',
      busyLabel: 'Keeping…',
      doneText: 'The number stays',
      confirm: {
        title: 'Keep this number?',
        text: 'What was queued under the former number is cancelled.',
      },
      act: () => answerOf(controlPlane.POST(`${at}/session/accept-number`)),
    },
  };
}

/** The buttons of a headline, the first as the main one. What is for owners is not shown to others. */
export function SessionActs({ acts }: { acts: readonly SessionAct[] }) {
  const answers = useQueryClient();
  const { name, role, isReadOnly } = useWorkspace();
  const looks = looksFor(name);
  if (isReadOnly) return null;
  return (
    <div className="flex flex-wrap gap-2">
      {acts.map((act, place) => {
        if (act === 'connect') {
          return (
            <Link key={act} href="/connect" className={buttonLook({ kind: place === 0 ? 'main' : 'plain' })}>
              Connect WhatsApp
            </Link>
          );
        }
        const { isDanger = false, isForOwners = false, ...look } = looks[act];
        if (isForOwners && role !== 'OWNER') return null;
        const isMain = place === 0 && act !== 'restart';
        return (
          <ActionButton
            key={act}
            kind={isDanger ? 'danger' : isMain ? 'main' : 'plain'}
            onDone={() => void answers.invalidateQueries({ queryKey: ['status'] })}
            {...look}
          />
        );
      })}
    </div>
  );
}
