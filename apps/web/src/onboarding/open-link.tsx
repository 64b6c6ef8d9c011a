'use client';

import { useMutation } from '@tanstack/react-query';
import { post, Refused, sentenceOf } from '@/calls/control-plane';
import { Bare } from '@/frame/bare';
import { Button } from '@/ui/button';
import { Failed } from '@/ui/notice';

export function OpenLink({ token }: { token: string }) {
  const opened = useMutation({
    mutationFn: () => post('/api/link/open', { token }),
    onSuccess: () => location.replace('/link/current'),
  });
  const isBusy = opened.isPending || opened.isSuccess;
  const { error } = opened;
  const hasEnded = error instanceof Refused && (error.status === 404 || error.status === 410);
  return (
    <Bare
      title="Link your WhatsApp"
      text="You are about to connect a WhatsApp number with a service that sends and receives messages for you. You need the phone that has it."
    >
      {opened.isError ? (
        <Failed
          title={hasEnded ? 'This link is no longer valid' : 'The link could not be opened'}
          text={sentenceOf(opened.error)}
        />
      ) : null}
      {hasEnded ? null : (
        <Button disabled={isBusy} onClick={() => opened.mutate()}>
          {isBusy ? 'Opening…' : 'Start'}
        </Button>
      )}
    </Bare>
  );
}
