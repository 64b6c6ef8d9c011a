import type { Metadata } from 'next';
import { Bare } from '@/frame/bare';
import { signInWays } from '@/server/person';
import { SignInForm } from '@/sign-in/sign-in-form';

export const metadata: Metadata = { title: 'Sign in' };

export default async function SignInPage({
  searchParams,
}: {
  searchParams: Promise<{ next?: string; error?: string }>;
}) {
  const { next, error } = await searchParams;
  return (
    <Bare title="Sign in">
      <SignInForm next={safePath(next)} ways={await signInWays()} problem={refusalOf(error)} />
    </Bare>
  );
}

/** What single sign-on came back with, by its code. */
function refusalOf(error: string | undefined): string | null {
  if (error === undefined) return null;
  if (error === 'access_denied') return 'You did not agree to sign in here.';
  return 'That sign-in opens no account here. Ask your administrator.';
}

/** Within this site, whatever the address says. */
function safePath(next: string | undefined): string {
  return next !== undefined && /^\/(?![/\\])/.test(next) ? next : '/';
}
