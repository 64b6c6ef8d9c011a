'use client';

import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { Button } from '@/ui/button';
import { Dialog, DialogButtons } from '@/ui/dialog';
import { TextField } from '@/ui/field';
import { tell, tellFailure } from '@/ui/toast';
import { useAuditLink } from './audit-link';
import { sentenceOf } from './control-plane';

export interface Confirmation {
  title: string;
  /** What it does; what is lost, and what is kept. */
  text: ReactNode;
  /** To be typed before it is done: for what a slip of the hand must not do. */
  mustType?: string;
}

interface ActionProps {
  label: ReactNode;
  /** While it is under way: "Restarting…". */
  busyLabel: string;
  /** What is said once it is done. */
  doneText: string;
  act: () => Promise<unknown>;
  onDone?: () => void;
  /** Asked before. */
  confirm?: Confirmation;
  kind?: 'main' | 'plain' | 'quiet' | 'danger';
  size?: 'normal' | 'small';
  isDisabled?: boolean;
}

const longMs = 60_000;

/** Does one thing, says that it is doing it, and what came of it. */
export function ActionButton(props: ActionProps) {
  const { label, busyLabel, doneText, act, onDone, confirm, kind, size, isDisabled = false } = props;
  const [isAsking, setAsking] = useState(false);
  const [typed, setTyped] = useState('');
  // Red is kept for the button that does it.
  const asksFirst = confirm !== undefined;
  const auditLink = useAuditLink();
  const action = useMutation({
    mutationFn: act,
    onSuccess: () => {
      tell(doneText, auditLink);
      onDone?.();
    },
    onError: (error) => tellFailure('That did not work', sentenceOf(error)),
  });
  const takesLong = useIsLong(action.isPending);
  const isTyped = confirm?.mustType === undefined || typed.trim() === confirm.mustType;
  const stopAsking = () => {
    setAsking(false);
    setTyped('');
  };
  const start = () => {
    stopAsking();
    action.mutate();
  };

  return (
    <>
      <Button
        {...(asksFirst && kind === 'danger' ? { kind: 'plain', className: 'text-bad' } : { kind })}
        size={size}
        disabled={isDisabled || action.isPending}
        aria-busy={action.isPending}
        onClick={() => (asksFirst ? setAsking(true) : start())}
      >
        {action.isPending ? (takesLong ? 'Taking longer than usual…' : busyLabel) : label}
      </Button>
      {confirm ? (
        <Dialog isOpen={isAsking} onClose={stopAsking} title={confirm.title} text={confirm.text}>
          {confirm.mustType === undefined ? null : (
            <TextField
              label={`Type ${confirm.mustType} to go on`}
              autoComplete="off"
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          )}
          <DialogButtons>
            <Button kind="plain" onClick={stopAsking}>
              Cancel
            </Button>
            <Button kind={kind === 'danger' ? 'danger' : 'main'} disabled={!isTyped} onClick={start}>
              {label}
            </Button>
          </DialogButtons>
        </Dialog>
      ) : null}
    </>
  );
}

function useIsLong(isPending: boolean): boolean {
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    if (!isPending) return setLong(false);
    const timer = setTimeout(() => setLong(true), longMs);
    return () => clearTimeout(timer);
  }, [isPending]);
  return isLong;
}
