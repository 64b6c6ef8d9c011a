'use client';

import { useMutation } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { Button } from '@/ui/button';
import { Dialog, DialogButtons } from '@/ui/dialog';
import { Failed } from '@/ui/notice';
import { Secret } from '@/ui/secret';
import { SubmitButton } from '@/ui/submit-button';
import { sentenceOf } from './control-plane';

interface FormDialogProps<Data> {
  /** What opens it. */
  button: string;
  title: string;
  text?: ReactNode;
  /** What does it, and what that says meanwhile. */
  label: string;
  busyLabel: string;
  isDisabled?: boolean;
  submit: (form: FormData) => Promise<Data>;
  onDone: (data: Data) => void;
  /** What the answer holds that is shown once; null where this answer holds none. */
  secret?: { title: string; text: string; of: (data: Data) => string | null };
  children: ReactNode;
}

/** A button and its form: one thing is asked for, what is written stays until it is taken, and a secret is shown once. */
export function FormDialog<Data>(props: FormDialogProps<Data>) {
  const {
    button,
    title,
    text,
    label,
    busyLabel,
    isDisabled = false,
    submit,
    onDone,
    secret,
    children,
  } = props;
  const [isOpen, setOpen] = useState(false);
  const [shown, setShown] = useState<string | null>(null);
  const asking = useMutation({
    mutationFn: submit,
    onSuccess: (data) => {
      setOpen(false);
      setShown(secret?.of(data) ?? null);
      onDone(data);
    },
  });
  const open = () => {
    asking.reset();
    setOpen(true);
  };
  const ask = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    asking.mutate(new FormData(event.currentTarget));
  };
  return (
    <>
      <Button onClick={open}>{button}</Button>
      <Dialog isOpen={isOpen} onClose={() => setOpen(false)} title={title} text={text}>
        <form className="flex flex-col gap-4" onSubmit={ask}>
          {children}
          {asking.isError ? <Failed title="That did not work" text={sentenceOf(asking.error)} /> : null}
          <DialogButtons>
            <Button kind="plain" onClick={() => setOpen(false)}>
              Cancel
            </Button>
            <SubmitButton disabled={asking.isPending || isDisabled}>
              {asking.isPending ? busyLabel : label}
            </SubmitButton>
          </DialogButtons>
        </form>
      </Dialog>
      {secret ? (
        <Secret title={secret.title} text={secret.text} secret={shown} onClose={() => setShown(null)} />
      ) : null}
    </>
  );
}
