'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Snapshot } from '@wafleet/contracts';
import { ActionButton } from '@/calls/action-button';
import { Answer } from '@/calls/answer';
import { answerOf, controlPlane } from '@/calls/control-plane';
import { Card } from '@/ui/card';
import { Mark, type Tone } from '@/ui/mark';
import { Empty } from '@/ui/notice';
import { sizeOf } from '@/ui/size';
import { Cell, Row, Table } from '@/ui/table';
import { Ago, clock } from '@/ui/time';
import { useMayAct } from '../../operator';
import { RestoreSnapshot } from '../acts/restore-snapshot';

const states: Record<Snapshot['state'], { tone: Tone; word: string }> = {
  QUEUED: { tone: 'busy', word: 'Waiting' },
  COPIED: { tone: 'busy', word: 'Being stored' },
  READY: { tone: 'good', word: 'Ready' },
  FAILED: { tone: 'bad', word: 'Failed' },
};
const triggers: Record<Snapshot['trigger'], string> = {
  by_hand: 'By hand',
  schedule: 'By the clock',
  stop: 'At a stop',
  move: 'For a move',
};
/** Of these the newest are shown; what is older is rarely kept. */
const shown = 50;

/** Copies of the login, of which one can take the place of a login that was lost. */
export function SnapshotsTab({ tenantId }: { tenantId: string }) {
  const mayAct = useMayAct();
  const answers = useQueryClient();
  const params = { path: { tenantId } };
  const snapshots = useQuery({
    queryKey: ['tenant', tenantId, 'snapshots'],
    queryFn: () =>
      answerOf(
        controlPlane.GET('/admin/tenants/{tenantId}/snapshots', {
          params: { ...params, query: { limit: shown } },
        }),
      ),
    refetchInterval: ({ state: { data } }) =>
      data === undefined ? false : data.items.some(isUnderWay) ? 2_000 : 10_000,
  });
  const again = () => void answers.invalidateQueries({ queryKey: ['tenant', tenantId] });
  return (
    <Card
      title="Snapshots of the login"
      aside={
        mayAct ? (
          <ActionButton
            size="small"
            label="Take a snapshot"
            busyLabel="Asking…"
            doneText="A snapshot is being taken; the browser stands still for a moment"
            act={() => answerOf(controlPlane.POST('/admin/tenants/{tenantId}/snapshots', { params }))}
            onDone={again}
          />
        ) : null
      }
      isFlush
    >
      <Answer of={snapshots} what="The snapshots">
        {({ items, nextCursor }) =>
          items.length === 0 ? (
            <Empty
              title="No snapshots yet."
              text="They are taken by the clock, at a stop and by hand, once a phone is linked."
            />
          ) : (
            <div className="live">
              <Table label="Snapshots" head={['Taken', 'Why', 'State', 'Size', 'Restored', '']}>
                {items.map((snapshot) => (
                  <Row key={snapshot.id}>
                    <Cell className="whitespace-nowrap">
                      <Ago at={snapshot.copiedAt ?? snapshot.createdAt} />
                    </Cell>
                    <Cell>{triggers[snapshot.trigger]}</Cell>
                    <Cell>
                      <Mark {...markOf(snapshot)} />
                      {snapshot.isNewest ? <span className="ml-2 text-soft">newest</span> : null}
                      {snapshot.checkedAt && snapshot.checkProblem === null ? (
                        <span className="ml-2 text-soft">checked</span>
                      ) : null}
                      {snapshot.problem ? <p className="mt-1 text-soft">{snapshot.problem}</p> : null}
                      {snapshot.checkProblem ? (
                        <p className="mt-1 text-bad">{snapshot.checkProblem}</p>
                      ) : null}
                    </Cell>
                    <Cell className="whitespace-nowrap tabular-nums">{sizeOf(snapshot.bytes)}</Cell>
                    <Cell>
                      {snapshot.restoredAt ? <Ago at={snapshot.restoredAt} /> : '–'}
                      {snapshot.restoreProblem ? (
                        <p className="mt-1 text-bad">{snapshot.restoreProblem}</p>
                      ) : null}
                    </Cell>
                    <Cell className="text-right">
                      {mayAct ? (
                        <div className="flex justify-end gap-2">
                          {snapshot.state === 'READY' ? (
                            <RestoreSnapshot snapshot={snapshot} onDone={again} />
                          ) : null}
                          {isUnderWay(snapshot) ? null : (
                            <DeleteSnapshot snapshot={snapshot} onDone={again} />
                          )}
                        </div>
                      ) : null}
                    </Cell>
                  </Row>
                ))}
              </Table>
              {nextCursor === null ? null : (
                <p className="p-4 text-sm text-soft">The newest {shown} are shown.</p>
              )}
            </div>
          )
        }
      </Answer>
    </Card>
  );
}

function DeleteSnapshot({ snapshot, onDone }: { snapshot: Snapshot; onDone: () => void }) {
  const { id: snapshotId, tenantId, isNewest, copiedAt, createdAt } = snapshot;
  return (
    <ActionButton
      kind="danger"
      size="small"
      label="Delete"
      busyLabel="Deleting…"
      doneText="The snapshot is deleted"
      confirm={{
        title: `Delete the snapshot of ${clock(copiedAt ?? createdAt)}?`,
        text: `It can't be brought back. The login of now is kept.${isNewest ? ' It is the newest, which a login that is lost would be restored from.' : ''}`,
      }}
      act={() =>
        answerOf(
          controlPlane.DELETE('/admin/tenants/{tenantId}/snapshots/{snapshotId}', {
            params: { path: { tenantId, snapshotId } },
          }),
        )
      }
      onDone={onDone}
    />
  );
}

/** One that holds no login is good for nothing, however well it is kept. */
function markOf({ state, checkProblem }: Snapshot): { tone: Tone; children: string } {
  const { tone, word } = checkProblem === null ? states[state] : { tone: 'bad' as const, word: 'Bad' };
  return { tone, children: word };
}

const isUnderWay = ({ state }: Snapshot) => state === 'QUEUED' || state === 'COPIED';
