'use client';

import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useRef } from 'react';
import { post, Refused, sentenceOf } from '@/calls/control-plane';
import { minPasswordLength } from '@/sign-in/password-rule';
import { TextField } from '@/ui/field';
import { Failed } from '@/ui/notice';
import { SubmitButton } from '@/ui/submit-button';
import { tell } from '@/ui/toast';

export function ChangePassword() {
  const form = useRef<HTMLFormElement>(null);
  const changed = useMutation({
    mutationFn: (fields: { currentPassword: string; newPassword: string }) =>
      post('/api/auth/change-password', { ...fields, revokeOtherSessions: true }),
    onSuccess: () => {
      form.current?.reset();
      tell('The password is changed', { text: 'You are signed out everywhere else.' });
    },
  });
  const change = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(event.currentTarget)) as { current: string; new: string };
    changed.mutate({ currentPassword: fields.current, newPassword: fields.new });
  };
  return (
    <form ref={form} className="flex flex-col gap-4" onSubmit={change}>
      {changed.isError ? <Failed title="The password is as before" text={problemOf(changed.error)} /> : null}
      <TextField
        label="Current password"
        name="current"
        type="password"
        autoComplete="current-password"
        required
      />
      <TextField
        label="New password"
        name="new"
        type="password"
        autoComplete="new-password"
        hint={`At least ${minPasswordLength} characters. Everywhere else you are signed out by it.`}
        minLength={minPasswordLength}
        maxLength={128}
        required
      />
      <SubmitButton className="self-start" disabled={changed.isPending}>
        {changed.isPending ? 'Changing…' : 'Change the password'}
      </SubmitButton>
    </form>
  );
}

function problemOf(error: unknown): string {
  const isRefused =
    error instanceof Refused && error.status >= 400 && error.status < 500 && error.status !== 429;
  return isRefused ? 'The current password does not match.' : sentenceOf(error);
}
