'use client';

import { post } from '@/calls/control-plane';
import { Button } from '@/ui/button';

export function TryAgainButton() {
  return <Button onClick={() => location.reload()}>Try again</Button>;
}

export function SignOutButton() {
  const signOut = () => void post('/api/auth/sign-out').finally(() => location.assign('/sign-in'));
  return (
    <Button kind="plain" onClick={signOut}>
      Sign out
    </Button>
  );
}
