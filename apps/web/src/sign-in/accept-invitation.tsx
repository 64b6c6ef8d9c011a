'use client';

import { useMutation, useQuery } from '@tanstack/react-query';
import type { InvitationLook } from '@wafleet/contracts';
import type { FormEvent } from 'react';
import { post, Refused, sentenceOf } from '@/calls/control-plane';
import { Bare } from '@/frame/bare';
import { Button } from '@/ui/button';
import { TextField } from '@/ui/field';
import { Failed, Waiting } from '@/ui/notice';
import { SubmitButton } from '@/ui/submit-button';
import { minPasswordLength } from './password-rule';

/** Whom the link is for; then a name and a password, and the person is signed in. */
export function AcceptInvitation({ token }: { token: string }) {
  const look = useQuery({
    queryKey: ['invitation'],
    queryFn: () => post<InvitationLook>('/api/invitations/look', { token }),
    gcTime: 0,
  });
  if (look.isPending) {
    return (
      <Bare title="Invitation">
        <Waiting label="The invitation: loading" />
      </Bare>
    );
  }
  if (look.isError) return <Ended error={look.error} onRetry={() => void look.refetch()} />;
  const { email, name, tenantName } = look.data;
  return (
    <Bare
      title={tenantName === null ? 'Welcome' : `Welcome to ${tenantName}`}
      text={`You are invited as ${email}. Choose a password, and you are in.`}
    >
      <PasswordForm token={token} email={email} name={name ?? ''} />
    </Bare>
  );
}

function PasswordForm({ token, email, name }: { token: string; email: string; name: string }) {
  const accepted = useMutation({
    mutationFn: async (chosen: { name: string; password: string }) => {
      await post('/api/invitations/accept', { token, ...chosen });
      await post('/api/auth/sign-in/email', { email, password: chosen.password });
    },
    onSuccess: () => location.replace('/'),
  });
  const accept = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    accepted.mutate(
      Object.fromEntries(new FormData(event.currentTarget)) as { name: string; password: string },
    );
  };
  const isBusy = accepted.isPending || accepted.isSuccess;
  return (
    <form className="flex flex-col gap-4" onSubmit={accept}>
      {accepted.isError ? <Failed title="That did not work" text={sentenceOf(accepted.error)} /> : null}
      {/* For the browser's own list of passwords. */}
      <input type="hidden" autoComplete="username" value={email} readOnly />
      <TextField
        label="Your name"
        name="name"
        defaultValue={name}
        autoComplete="name"
        maxLength={100}
        required
      />
      <TextField
        label="Password"
        name="password"
        type="password"
        autoComplete="new-password"
        hint={`At least ${minPasswordLength} characters.`}
        minLength={minPasswordLength}
        maxLength={128}
        required
      />
      <SubmitButton disabled={isBusy}>{isBusy ? 'Letting you in…' : 'Set the password'}</SubmitButton>
    </form>
  );
}

function Ended({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const isGone = error instanceof Refused && (error.status === 404 || error.status === 410);
  return (
    <Bare
      title={isGone ? 'This link is no longer valid' : 'The invitation could not be read'}
      text={
        isGone
          ? 'It was used, has expired, or was replaced. Ask who sent it for a new one.'
          : sentenceOf(error)
      }
    >
      {isGone ? null : <Button onClick={onRetry}>Try again</Button>}
    </Bare>
  );
}
