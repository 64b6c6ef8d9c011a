'use client';

import { useMutation } from '@tanstack/react-query';
import type { PairingCodeView } from '@wafleet/contracts';
import { type FormEvent, useState } from 'react';
import { sentenceOf } from '@/calls/control-plane';
import { Button } from '@/ui/button';
import { CopyButton } from '@/ui/copy-button';
import { TextField } from '@/ui/field';
import { Failed } from '@/ui/notice';
import { SubmitButton } from '@/ui/submit-button';
import { span, useNow } from '@/ui/time';

/** A code to type on the phone, for who can't scan. */
export function PairingCode(props: {
  /** Of the phone to link, where it is known. */
  phoneNumber: string | null;
  request: (phoneNumber: string) => Promise<PairingCodeView>;
}) {
  const [phone, setPhone] = useState(props.phoneNumber === null ? '' : `+${props.phoneNumber}`);
  const [problem, setProblem] = useState<string | null>(null);
  const asked = useMutation({ mutationFn: props.request });
  const ask = (event?: FormEvent) => {
    event?.preventDefault();
    const wrong = problemOf(phone);
    setProblem(wrong);
    if (wrong === null) asked.mutate(phone);
  };
  if (asked.data) {
    return (
      <Code code={asked.data} isBusy={asked.isPending} onRenew={() => ask()} onChange={() => asked.reset()} />
    );
  }
  return (
    <form className="flex flex-col gap-4" onSubmit={ask} noValidate>
      {asked.isError ? <Failed title="There is no code yet" text={sentenceOf(asked.error)} /> : null}
      <TextField
        label="Phone number"
        hint="Of the phone to link, with the code of its country: +1 555 0100"
        type="tel"
        autoComplete="tel"
        value={phone}
        problem={problem}
        onChange={(event) => setPhone(event.target.value)}
      />
      <SubmitButton className="self-start" disabled={asked.isPending}>
        {asked.isPending ? 'Asking WhatsApp…' : 'Get a code'}
      </SubmitButton>
    </form>
  );
}

function Code(props: { code: PairingCodeView; isBusy: boolean; onRenew: () => void; onChange: () => void }) {
  const { code, isBusy, onRenew, onChange } = props;
  const leftMs = Math.max(0, new Date(code.expiresAt).getTime() - useNow(1_000));
  const shown = code.code.replace(/^(.{4})(.{4})$/, '$1-$2');
  return (
    <div className="flex flex-col gap-4">
      <h3 className="text-lg font-semibold">Enter this code on your phone</h3>
      <p
        role="status"
        aria-label={`Pairing code ${shown}`}
        className="font-mono text-4xl font-semibold tracking-widest"
        data-pairing-code
      >
        {shown}
      </p>
      <p className="text-soft">
        Linked devices › Link a device › Link with phone number instead. For +{code.phoneNumber}
        {leftMs > 0 ? `, good for ${span(leftMs)}.` : '. This code is no longer good.'}
      </p>
      <div className="flex flex-wrap gap-2">
        <CopyButton text={shown} label="Copy code" />
        <Button kind="plain" size="small" disabled={isBusy} onClick={onRenew}>
          {isBusy ? 'Asking WhatsApp…' : 'New code'}
        </Button>
        <Button kind="quiet" size="small" onClick={onChange}>
          Another number
        </Button>
      </div>
    </div>
  );
}

/** As the control plane takes it: digits in international form. */
function problemOf(phone: string): string | null {
  const digits = phone.replace(/[\s()-]/g, '').replace(/^\+/, '');
  return /^[1-9]\d{6,14}$/.test(digits)
    ? null
    : 'Write the number with the code of its country, as +1 555 0100.';
}
