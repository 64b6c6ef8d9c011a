'use client';

import type { SignInWays } from '@wafleet/contracts';
import { type FormEvent, useState } from 'react';
import { post, Refused, sentenceOf } from '@/calls/control-plane';
import { Button } from '@/ui/button';
import { TextField } from '@/ui/field';
import { Failed } from '@/ui/notice';
import { SubmitButton } from '@/ui/submit-button';

export function SignInForm(props: {
  next: string;
  ways: SignInWays;
  /** Why nobody was signed in when they came back from elsewhere. */
  problem: string | null;
}) {
  const { next, ways } = props;
  const [problem, setProblem] = useState(props.problem);
  const [isBusy, setBusy] = useState(false);
  const signIn = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setProblem(null);
    try {
      await post('/api/auth/sign-in/email', { email: form.get('email'), password: form.get('password') });
      // A whole load: nothing of who was here before stays.
      location.assign(next);
    } catch (error) {
      setProblem(problemOf(error));
      setBusy(false);
    }
  };
  const signInElsewhere = async () => {
    setBusy(true);
    try {
      const asked = { provider: 'openid', callbackURL: next, errorCallbackURL: '/sign-in' };
      location.assign((await post<{ url: string }>('/api/auth/sign-in/social', asked)).url);
    } catch (error) {
      setProblem(problemOf(error));
      setBusy(false);
    }
  };
  return (
    <form className="flex flex-col gap-4" onSubmit={(event) => void signIn(event)}>
      {problem ? <Failed title={problem} /> : null}
      <TextField label="E-mail" name="email" type="email" autoComplete="username" required />
      <TextField label="Password" name="password" type="password" autoComplete="current-password" required />
      <SubmitButton disabled={isBusy}>{isBusy ? 'Signing in…' : 'Sign in'}</SubmitButton>
      {ways.openId ? (
        <Button kind="plain" disabled={isBusy} onClick={() => void signInElsewhere()}>
          {ways.openId.name}
        </Button>
      ) : null}
    </form>
  );
}

function problemOf(error: unknown): string {
  if (!(error instanceof Refused) || error.isOutage) return 'Sign-in is unavailable. Try again shortly.';
  if (error.status === 429) return 'Too many attempts. Try again in a minute.';
  if (error.problem !== null) return sentenceOf(error);
  if (error.status === 403) return 'This account is disabled. Ask your administrator.';
  return 'That e-mail and password do not match.';
}
