'use client';

import { useMutation } from '@tanstack/react-query';
import type { Snapshot } from '@wafleet/contracts';
import { useState } from 'react';
import { useAuditLink } from '@/calls/audit-link';
import { answerOf, controlPlane, Refused, sentenceOf } from '@/calls/control-plane';
import { Button } from '@/ui/button';
import { Dialog, DialogButtons } from '@/ui/dialog';
import { Checkbox } from '@/ui/field';
import { Failed } from '@/ui/notice';
import { clock } from '@/ui/time';
import { tell } from '@/ui/toast';

/**
 * Puts a snapshot in place of the login. Whether that takes back a login that works is the control plane's to say: where it
 * warns, the warning stands here, and is accepted before anything is done.
 */
export function RestoreSnapshot({ snapshot, onDone }: { snapshot: Snapshot; onDone: () => void }) {
  const { id: snapshotId, tenantId, copiedAt, createdAt, checkProblem } = snapshot;
  const auditLink = useAuditLink();
  const [isAsking, setAsking] = useState(false);
  /** What was warned of, and is accepted by now. */
  const [accepted, setAccepted] = useState<readonly Warning[]>([]);
  const restore = useMutation({
    mutationFn: () =>
      answerOf(
        controlPlane.POST('/admin/tenants/{tenantId}/snapshots/{snapshotId}/restore', {
          params: { path: { tenantId, snapshotId } },
          body: {
            acceptRollback: accepted.includes('ROLLBACK_NOT_ACCEPTED'),
            acceptUnlinked: accepted.includes('SNAPSHOT_UNLINKED'),
          },
        }),
      ),
    onSuccess: () => {
      close();
      tell('The snapshot is being restored', auditLink);
      onDone();
    },
  });
  const warning = warningOf(restore.error);
  const isAccepted = warning !== null && accepted.includes(warning.code);
  const close = () => {
    setAsking(false);
    setAccepted([]);
    restore.reset();
  };
  return (
    <>
      <Button kind="plain" size="small" onClick={() => setAsking(true)}>
        Restore
      </Button>
      <Dialog
        isOpen={isAsking}
        onClose={close}
        title={`Restore the snapshot of ${clock(copiedAt ?? createdAt)}?`}
        text={`The worker stops, the login becomes what it was then, and the worker starts again. The login of now goes to the trash; messages, webhooks and settings are kept.${checkProblem === null ? '' : ` Its check failed: ${checkProblem}`}`}
      >
        {warning === null ? null : (
          <div className="flex flex-col gap-3">
            <p role="alert" className="rounded-lg bg-warn-soft p-4 text-warn">
              {warning.text}
            </p>
            <Checkbox
              label="Restore it all the same"
              checked={isAccepted}
              onChange={(event) =>
                setAccepted(
                  event.target.checked
                    ? [...accepted, warning.code]
                    : accepted.filter((code) => code !== warning.code),
                )
              }
            />
          </div>
        )}
        {restore.isError && warning === null ? (
          <Failed title="That did not work" text={sentenceOf(restore.error)} />
        ) : null}
        <DialogButtons>
          <Button kind="plain" onClick={close}>
            Cancel
          </Button>
          <Button
            kind="danger"
            disabled={restore.isPending || (warning !== null && !isAccepted)}
            onClick={() => restore.mutate()}
          >
            {restore.isPending ? 'Restoring…' : 'Restore'}
          </Button>
        </DialogButtons>
      </Dialog>
    </>
  );
}

const warnings = ['ROLLBACK_NOT_ACCEPTED', 'SNAPSHOT_UNLINKED'] as const;
type Warning = (typeof warnings)[number];

/** A refusal that may be accepted: what would be lost, or may not work. */
function warningOf(error: unknown): { code: Warning; text: string } | null {
  if (!(error instanceof Refused) || error.problem === null) return null;
  const { code: given, title, detail } = error.problem;
  const code = warnings.find((one) => one === given);
  return code === undefined ? null : { code, text: detail ?? title };
}
