'use client';

import { Bare } from '@/frame/bare';
import { Button } from '@/ui/button';

/** What no card caught. */
export default function PageError({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return (
    <Bare
      title="This page could not be shown"
      text={`Something went wrong on our side${error.digest ? ` (${error.digest})` : ''}. It says nothing about your WhatsApp.`}
    >
      <Button onClick={reset}>Try again</Button>
    </Bare>
  );
}
