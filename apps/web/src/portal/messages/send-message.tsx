'use client';

import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import { answerOf, controlPlane, sentenceOf } from '@/calls/control-plane';
import { Card } from '@/ui/card';
import { TextField } from '@/ui/field';
import { Failed } from '@/ui/notice';
import { SubmitButton } from '@/ui/submit-button';
import { tell } from '@/ui/toast';

/** Sends a text, to see that it works. What was written stays until it is taken. */
export function SendMessage({ onSent }: { onSent: () => void }) {
  const [to, setTo] = useState('');
  const [body, setBody] = useState('');
  // A repeat of the same request is the same message.
  const attempt = useRef<string | null>(null);
  const sent = useMutation({
    mutationFn: () => {
      attempt.current ??= crypto.randomUUID();
      return answerOf(
        controlPlane.POST('/portal/tenant/current/messages', {
          params: { header: { 'idempotency-key': attempt.current } },
          body: { type: 'text', chatId: to.trim(), body },
        }),
      );
    },
    onSuccess: () => {
      attempt.current = null;
      setBody('');
      tell('The message waits to be sent');
      onSent();
    },
  });
  const edit = (change: () => void) => {
    attempt.current = null;
    change();
  };
  const send = (event: FormEvent) => {
    event.preventDefault();
    sent.mutate();
  };
  return (
    <Card title="Send a test message">
      {sent.isError ? (
        <Failed className="mb-4" title="The message was not taken" text={sentenceOf(sent.error)} />
      ) : null}
      <form className="grid items-end gap-3 sm:grid-cols-[14rem_1fr_auto]" onSubmit={send}>
        <TextField
          label="To"
          type="tel"
          placeholder="+1 555 0100"
          required
          value={to}
          onChange={({ target }) => edit(() => setTo(target.value))}
        />
        <TextField
          label="Text"
          required
          maxLength={4_096}
          value={body}
          onChange={({ target }) => edit(() => setBody(target.value))}
        />
        <SubmitButton disabled={sent.isPending}>{sent.isPending ? 'Sending…' : 'Send'}</SubmitButton>
      </form>
    </Card>
  );
}
