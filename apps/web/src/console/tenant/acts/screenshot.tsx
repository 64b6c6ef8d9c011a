'use client';

import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { answerOf, controlPlane, sentenceOf } from '@/calls/control-plane';
import { Button } from '@/ui/button';
import { Dialog, DialogButtons } from '@/ui/dialog';
import { Failed } from '@/ui/notice';

/** The page of the session as it is now. Asks first: it shows chats, and who looked is on record. */
export function Screenshot({ tenantId, name }: { tenantId: string; name: string }) {
  const [isOpen, setOpen] = useState(false);
  const picture = useMutation({
    mutationFn: () =>
      answerOf(
        controlPlane.GET('/admin/tenants/{tenantId}/session/screenshot', {
          params: { path: { tenantId } },
          parseAs: 'blob',
        }),
      ),
  });
  const address = useObjectUrl(picture.data);
  const close = () => {
    setOpen(false);
    picture.reset();
  };
  return (
    <>
      <Button kind="plain" onClick={() => setOpen(true)}>
        Screenshot
      </Button>
      <Dialog
        isOpen={isOpen}
        onClose={close}
        title={`Look at the page of ${name}?`}
        text="It may show chats of the tenant. That you looked is written to the audit log, where the tenant's people see it too."
      >
        {address === null ? null : (
          <img
            src={address}
            alt="The page of the session as it is now"
            className="w-full rounded-lg border border-line"
          />
        )}
        {picture.isError ? <Failed title="No screenshot" text={sentenceOf(picture.error)} /> : null}
        <DialogButtons>
          <Button kind="plain" onClick={close}>
            Close
          </Button>
          <Button disabled={picture.isPending} onClick={() => picture.mutate()}>
            {picture.isPending ? 'Looking…' : address === null ? 'Take it' : 'Take another'}
          </Button>
        </DialogButtons>
      </Dialog>
    </>
  );
}

/** An address of these bytes while they are shown. */
function useObjectUrl(bytes: Blob | undefined): string | null {
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    if (bytes === undefined) return;
    const url = URL.createObjectURL(bytes);
    setAddress(url);
    return () => {
      URL.revokeObjectURL(url);
      setAddress(null);
    };
  }, [bytes]);
  return address;
}
