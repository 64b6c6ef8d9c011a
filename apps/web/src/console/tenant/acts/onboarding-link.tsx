'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { OnboardingLinkView } from '@wafleet/contracts';
import { type FormEvent, useState } from 'react';
import { ActionButton } from '@/calls/action-button';
import { Answer } from '@/calls/answer';
import { answerOf, controlPlane, Refused, sentenceOf } from '@/calls/control-plane';
import { Button } from '@/ui/button';
import { Dialog, DialogButtons } from '@/ui/dialog';
import { Select } from '@/ui/field';
import { Failed } from '@/ui/notice';
import { Secret } from '@/ui/secret';
import { SubmitButton } from '@/ui/submit-button';
import { Ago } from '@/ui/time';
import { formText } from '@/calls/form-text';

const lives = [
  { hours: 24, label: 'a day' },
  { hours: 72, label: 'three days' },
  { hours: 168, label: 'a week' },
  { hours: 720, label: 'thirty days' },
];

/** The link by which whoever holds the phone links it: made, shown once, followed, and withdrawn. */
export function OnboardingLink({ tenantId, name }: { tenantId: string; name: string }) {
  const answers = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const [made, setMade] = useState<string | null>(null);
  const params = { path: { tenantId } };
  const link = useQuery({
    queryKey: ['tenant', tenantId, 'onboarding-link'],
    queryFn: () =>
      answerOf(controlPlane.GET('/admin/tenants/{tenantId}/onboarding-link', { params })).catch(noneOf),
    enabled: isOpen,
  });
  const again = () => void answers.invalidateQueries({ queryKey: ['tenant', tenantId, 'onboarding-link'] });
  const making = useMutation({
    mutationFn: (hours: number) =>
      answerOf(controlPlane.POST('/admin/tenants/{tenantId}/onboarding-link', { params, body: { hours } })),
    onSuccess: ({ url }) => {
      setOpen(false);
      setMade(url);
      again();
    },
  });
  const make = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    making.mutate(Number(formText(new FormData(event.currentTarget), 'hours')));
  };
  return (
    <>
      <Button kind="plain" onClick={() => setOpen(true)}>
        Onboarding link
      </Button>
      <Dialog
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        title={`Onboarding link of ${name}`}
        text="Whoever has it links a phone to this tenant, without an account, and sees nothing else of it."
      >
        <Answer of={link} what="The link" lines={1}>
          {(now) => <p>{now === null ? 'There is none.' : <Story of={now} />}</p>}
        </Answer>
        <form className="mt-4" onSubmit={make}>
          <Select
            label="A new one is good for"
            name="hours"
            defaultValue={72}
            hint="It ends the one before, and is used up when the phone is linked."
          >
            {lives.map(({ hours, label }) => (
              <option key={hours} value={hours}>
                {label}
              </option>
            ))}
          </Select>
          {making.isError ? (
            <Failed className="mt-4" title="That did not work" text={sentenceOf(making.error)} />
          ) : null}
          <DialogButtons>
            {link.data ? (
              <ActionButton
                kind="plain"
                label="Withdraw"
                busyLabel="Withdrawing…"
                doneText="The link opens nothing any more"
                act={() =>
                  answerOf(controlPlane.DELETE('/admin/tenants/{tenantId}/onboarding-link', { params }))
                }
                onDone={again}
              />
            ) : null}
            <SubmitButton disabled={making.isPending}>
              {making.isPending ? 'Making…' : 'Make a link'}
            </SubmitButton>
          </DialogButtons>
        </form>
      </Dialog>
      <Secret
        title="The onboarding link"
        text="Send it to whoever holds the phone; it is shown this once."
        secret={made}
        onClose={() => setMade(null)}
      />
    </>
  );
}

function Story({ of: { createdAt, expiresAt, openedAt, usedAt } }: { of: OnboardingLinkView }) {
  return (
    <>
      Made <Ago at={createdAt} />
      {openedAt === null ? ', not opened yet' : ', opened '}
      {openedAt === null ? null : <Ago at={openedAt} />}
      {usedAt === null ? ', good until ' : ', used '}
      <Ago at={usedAt ?? expiresAt} />.
    </>
  );
}

/** No link is an answer, too. */
function noneOf(error: unknown): null {
  if (error instanceof Refused && error.problem?.code === 'NOT_FOUND') return null;
  throw error;
}
