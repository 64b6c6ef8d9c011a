'use client';

import { useQueryClient } from '@tanstack/react-query';
import type { Message, ResolveMessage } from '@wafleet/contracts';
import type { ReactNode } from 'react';
import { ActionButton } from '@/calls/action-button';
import { answerOf, controlPlane } from '@/calls/control-plane';
import { Dialog } from '@/ui/dialog';
import { Mark } from '@/ui/mark';
import { Clock } from '@/ui/time';
import { useWorkspace } from '../workspace';
import { chatName, statusLooks, textOf } from './message-text';

const at = '/portal/tenant/current/messages/{messageId}';

/** One message: what it says, what became of it and when, and what can be done. */
export function MessageDrawer({ message, onClose }: { message: Message | null; onClose: () => void }) {
  return (
    <Dialog isDrawer isOpen={message !== null} onClose={onClose} title="Message">
      {message ? <Details message={message} /> : null}
    </Dialog>
  );
}

function Details({ message }: { message: Message }) {
  const { tone, word } = statusLooks[message.status];
  const isInbound = message.direction === 'INBOUND';
  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-wrap items-center gap-2">
        <Mark tone={tone}>{word}</Mark>
        {message.isBackfilled ? <Mark tone="rest">Found after an outage</Mark> : null}
        {message.isFromPhone ? <Mark tone="rest">Sent from the phone</Mark> : null}
      </div>
      <p className="rounded-lg bg-sunken p-3 break-words whitespace-pre-wrap">{textOf(message)}</p>
      {message.error ? <p className="text-bad">{message.error.message}</p> : null}
      <dl className="grid grid-cols-[8rem_1fr] gap-x-3 gap-y-2 text-sm">
        <Fact name={isInbound ? 'From' : 'To'}>{chatName(message)}</Fact>
        <Fact name="Kind">{message.type.replaceAll('_', ' ')}</Fact>
        <Fact name={isInbound ? 'Received' : 'Accepted'}>
          <Clock at={isInbound ? message.timestamp : message.createdAt} />
        </Fact>
        <Moment name="Sent" at={message.sentAt} />
        <Moment name="Delivered" at={message.deliveredAt} />
        <Moment name="Read" at={message.readAt} />
        <Moment name="Edited" at={message.editedAt} />
        <Moment name="Given up at" at={message.status === 'QUEUED' ? message.expiresAt : null} />
        {message.reactions.length > 0 ? (
          <Fact name="Reactions">{message.reactions.map(({ emoji }) => emoji).join(' ')}</Fact>
        ) : null}
        {message.media ? (
          <Fact name="Media">{message.media.state.toLowerCase().replaceAll('_', ' ')}</Fact>
        ) : null}
        <Fact name="Id">
          <code className="text-xs break-all">{message.id}</code>
        </Fact>
      </dl>
      <Acts message={message} />
    </div>
  );
}

function Acts({ message }: { message: Message }) {
  const answers = useQueryClient();
  const { isReadOnly } = useWorkspace();
  const path = { messageId: message.id };
  const onDone = () => void answers.invalidateQueries({ queryKey: ['messages'] });
  const resolve = (outcome: ResolveMessage['outcome']) => () =>
    answerOf(controlPlane.POST(`${at}/resolve`, { params: { path }, body: { outcome } }));
  if (isReadOnly) return null;
  if (message.status === 'QUEUED') {
    return (
      <ActionButton
        label="Cancel it"
        busyLabel="Cancelling…"
        doneText="The message is cancelled"
        kind="plain"
        act={() => answerOf(controlPlane.POST(`${at}/cancel`, { params: { path } }))}
        onDone={onDone}
      />
    );
  }
  if (message.status !== 'UNCERTAIN') return null;
  return (
    <div className="flex flex-col gap-2">
      <p className="text-sm text-soft">
        What became of it could not be found out. Look at the chat on the phone: is the message there?
      </p>
      <div className="flex flex-wrap gap-2">
        <ActionButton
          label="It is there"
          busyLabel="Noting…"
          doneText="Noted"
          kind="plain"
          act={resolve('sent')}
          onDone={onDone}
        />
        <ActionButton
          label="Send it again"
          busyLabel="Sending…"
          doneText="It is sent again"
          kind="plain"
          act={resolve('send_again')}
          onDone={onDone}
        />
        <ActionButton
          label="Give it up"
          busyLabel="Noting…"
          doneText="Noted"
          kind="quiet"
          act={resolve('not_sent')}
          onDone={onDone}
        />
      </div>
    </div>
  );
}

function Moment({ name, at: moment }: { name: string; at: string | null }) {
  return moment === null ? null : (
    <Fact name={name}>
      <Clock at={moment} />
    </Fact>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-soft">{name}</dt>
      <dd className="break-words">{children}</dd>
    </>
  );
}
