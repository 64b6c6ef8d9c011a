'use client';

import { useMutation } from '@tanstack/react-query';
import type { BulkAction } from '@wafleet/contracts';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { answerOf, controlPlane, sentenceOf } from '@/calls/control-plane';
import { Button } from '@/ui/button';
import { Dialog, DialogButtons } from '@/ui/dialog';
import { TextField } from '@/ui/field';
import { Failed } from '@/ui/notice';
import type { FleetStore } from '../fleet/fleet-store';
import { actionWords, countOf, freely } from './action-words';

const atOnce = 10;
/** What one of them is taken to need; a guess that is said as one. */
const secondsEach = 12;
const namesShown = 5;

/** Says how many, who first, how long, and what it does; then a job carries it out. */
export function BulkDialog(props: {
  action: BulkAction;
  ids: readonly string[];
  store: FleetStore;
  onClose: () => void;
}) {
  const { action, ids, store, onClose } = props;
  const router = useRouter();
  const [typed, setTyped] = useState('');
  const { verb, effect } = actionWords[action];
  const rows = ids.flatMap((id) => store.row(id) ?? []);
  const connected = rows.filter(({ status }) => status === 'ACTIVE').length;
  const minutes = Math.max(1, Math.round((Math.ceil(ids.length / atOnce) * secondsEach) / 60));
  const names = rows.slice(0, namesShown).map(({ name }) => name);
  const job = useMutation({
    mutationFn: () =>
      answerOf(controlPlane.POST('/admin/bulk', { body: { action, tenantIds: [...ids], atOnce } })),
    onSuccess: ({ id }) => router.push(`/bulk/${id}`),
  });
  const mustType = ids.length > freely;
  return (
    <Dialog isOpen onClose={onClose} title={`${verb} ${countOf(ids.length)}?`} text={effect}>
      <p>
        {names.join(', ')}
        {ids.length > names.length
          ? ` and ${(ids.length - names.length).toLocaleString('en')} more`
          : ''}. {connected.toLocaleString('en')} of them {connected === 1 ? 'is' : 'are'} connected now.
      </p>
      <p className="mt-2 text-soft">
        {atOnce} at a time, about {minutes} min. You can stop the rest meanwhile.
      </p>
      {mustType ? (
        <div className="mt-4">
          <TextField
            label={`Type ${ids.length} to go on`}
            inputMode="numeric"
            autoComplete="off"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        </div>
      ) : null}
      {job.isError ? (
        <Failed className="mt-4" title="That did not work" text={sentenceOf(job.error)} />
      ) : null}
      <DialogButtons>
        <Button kind="plain" onClick={onClose}>
          Cancel
        </Button>
        <Button
          kind={action === 'stop' ? 'danger' : 'main'}
          disabled={job.isPending || (mustType && typed.trim() !== String(ids.length))}
          onClick={() => job.mutate()}
        >
          {job.isPending ? 'Beginning…' : verb}
        </Button>
      </DialogButtons>
    </Dialog>
  );
}
