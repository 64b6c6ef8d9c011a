'use client';

import { useQueryClient } from '@tanstack/react-query';
import type { TenantStatusView } from '@wafleet/contracts';
import { ActionButton, type Confirmation } from '@/calls/action-button';
import { answerOf, controlPlane } from '@/calls/control-plane';

interface Act {
  label: string;
  busyLabel: string;
  doneText: string;
  kind?: 'plain' | 'danger';
  act: () => Promise<unknown>;
  confirm?: Confirmation;
}

/** What an operator can do to a session; each says before what it does, what is lost and what is kept. */
export function SessionActions({
  tenantId,
  name,
  status,
}: {
  tenantId: string;
  name: string;
  status: TenantStatusView;
}) {
  const answers = useQueryClient();
  return (
    <div className="flex flex-wrap gap-2">
      {actsFor(tenantId, name, status).map((act) => (
        <ActionButton
          key={act.label}
          onDone={() => void answers.invalidateQueries({ queryKey: ['tenant', tenantId] })}
          {...act}
        />
      ))}
    </div>
  );
}

function actsFor(tenantId: string, name: string, { desiredState, reason }: TenantStatusView): Act[] {
  const params = { path: { tenantId } };
  const start: Act = {
    label: 'Start',
    busyLabel: 'Starting…',
    doneText: `${name} is starting`,
    act: () => answerOf(controlPlane.POST('/admin/tenants/{tenantId}/worker/start', { params })),
  };
  const restart: Act = {
    label: 'Restart',
    busyLabel: 'Restarting…',
    doneText: `${name} is restarting`,
    act: () => answerOf(controlPlane.POST('/admin/tenants/{tenantId}/worker/restart', { params })),
    confirm: {
      title: `Restart ${name}?`,
      text: 'It gets a new worker. Sending pauses for some seconds, messages are kept, and nobody scans anew.',
    },
  };
  const takeOver: Act = {
    label: 'Use it here',
    busyLabel: 'Taking over…',
    doneText: `${name} is taken over here`,
    act: () => answerOf(controlPlane.POST('/admin/tenants/{tenantId}/session/take-over', { params })),
    confirm: {
      title: `Use the WhatsApp of ${name} here?`,
      text: 'The WhatsApp Web that was opened elsewhere stops there. The link to the phone and the messages are kept, and nobody scans anew.',
    },
  };
  const acceptNumber: Act = {
    label: 'Keep this number',
    busyLabel: 'Keeping…',
    doneText: `The number of ${name} stays`,
    act: () => answerOf(controlPlane.POST('/admin/tenants/{tenantId}/session/accept-number', { params })),
    confirm: {
      title: `Keep the number that is linked to ${name}?`,
      text: 'It becomes the expected one. What was queued under the former number is cancelled; messages are kept.',
    },
  };
  const tryNow: Act = {
    kind: 'plain',
    label: 'Try now',
    busyLabel: 'Trying…',
    doneText: 'Failed attempts are forgotten, and it tries now',
    act: () => answerOf(controlPlane.POST('/admin/tenants/{tenantId}/session/reset-reconnect', { params })),
  };
  const stop: Act = {
    kind: 'plain',
    label: 'Stop',
    busyLabel: 'Stopping…',
    doneText: `${name} is stopping`,
    act: () => answerOf(controlPlane.POST('/admin/tenants/{tenantId}/worker/stop', { params })),
    confirm: {
      title: `Stop ${name}?`,
      text: 'It receives and sends nothing until it is started again. The link to the phone and the messages are kept.',
    },
  };
  const cleanUp: Act = {
    kind: 'plain',
    label: 'Force clean-up',
    busyLabel: 'Cleaning up…',
    doneText: 'Every process and lock of it is ended, and it starts again',
    act: () => answerOf(controlPlane.POST('/admin/tenants/{tenantId}/session/force-cleanup', { params })),
    confirm: {
      title: `Clean up after ${name}?`,
      text: 'Every process, lock and temporary file of it is ended at once, whatever it does, and it starts again. Its profile and messages are kept, and nobody scans anew.',
    },
  };
  const logOut: Act = {
    kind: 'danger',
    label: 'Log out',
    busyLabel: 'Logging out…',
    doneText: `WhatsApp of ${name} is being signed out here`,
    act: () => answerOf(controlPlane.POST('/admin/tenants/{tenantId}/session/logout', { params })),
    confirm: {
      title: `Log ${name} out of WhatsApp?`,
      text: 'The link to the phone is ended, and the profile set aside. It sends and receives nothing until it is started and somebody scans a new code. Messages are kept.',
    },
  };
  const reset: Act = {
    kind: 'danger',
    label: 'Reset',
    busyLabel: 'Resetting…',
    doneText: `${name} starts with a fresh code`,
    act: () => answerOf(controlPlane.POST('/admin/tenants/{tenantId}/session/reset', { params })),
    confirm: {
      title: `Reset the session of ${name}?`,
      text: 'WhatsApp is signed out here, and somebody must scan a new code. The profile is set aside; messages stay.',
    },
  };
  if (desiredState === 'STOPPED') return [start, tryNow, cleanUp, logOut, reset];
  const first = reason?.code === 'opened_elsewhere' ? takeOver : restart;
  const isOther = reason?.code === 'different_number';
  return [...(isOther ? [acceptNumber] : []), first, tryNow, stop, cleanUp, logOut, reset];
}
