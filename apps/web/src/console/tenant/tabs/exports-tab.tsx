'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Export } from '@wafleet/contracts';
import { ActionButton } from '@/calls/action-button';
import { Answer } from '@/calls/answer';
import { answerOf, controlPlane } from '@/calls/control-plane';
import { buttonLook } from '@/ui/button';
import { Card } from '@/ui/card';
import { Mark, type Tone } from '@/ui/mark';
import { Empty } from '@/ui/notice';
import { sizeOf } from '@/ui/size';
import { Cell, Row, Table } from '@/ui/table';
import { Ago } from '@/ui/time';
import { useMayAct } from '../../operator';

const at = '/admin/tenants/{tenantId}/exports';

const states: Record<Export['state'], { tone: Tone; word: string }> = {
  QUEUED: { tone: 'busy', word: 'Waiting' },
  RUNNING: { tone: 'busy', word: 'Being made' },
  READY: { tone: 'good', word: 'Ready' },
  FAILED: { tone: 'bad', word: 'Failed' },
};

/** Archives of everything about the tenant: to hand over, or to move elsewhere. */
export function ExportsTab({ tenantId }: { tenantId: string }) {
  const mayAct = useMayAct();
  const answers = useQueryClient();
  const params = { path: { tenantId } };
  const queryKey = ['tenant', tenantId, 'exports'];
  const exports = useQuery({
    queryKey,
    queryFn: () => answerOf(controlPlane.GET(at, { params })),
    refetchInterval: ({ state: { data } }) => (data?.items.some(isUnderWay) ? 2_000 : 10_000),
  });
  const again = () => void answers.invalidateQueries({ queryKey });
  return (
    <Card
      title="Exports"
      aside={
        mayAct ? (
          <ActionButton
            size="small"
            label="Make an export"
            busyLabel="Asking…"
            doneText="The export is being made"
            confirm={{
              title: 'Make an export?',
              text: 'An archive of everything about this tenant, with what its messages say and its media, but without secrets. It is kept for a week. Who makes and who fetches it is in the audit log.',
            }}
            act={() => answerOf(controlPlane.POST(at, { params, body: {} }))}
            onDone={again}
          />
        ) : null
      }
      isFlush
    >
      <Answer of={exports} what="The exports">
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No exports." text="One is kept for a week." />
          ) : (
            <div className="live">
              <Table label="Exports" head={['Asked for', 'Of', 'By', 'State', 'Holds', 'Size', 'Gone', '']}>
                {items.map((one) => (
                  <ExportRow key={one.id} of={one} mayAct={mayAct} onDone={again} />
                ))}
              </Table>
            </div>
          )
        }
      </Answer>
    </Card>
  );
}

function ExportRow({ of: one, mayAct, onDone }: { of: Export; mayAct: boolean; onDone: () => void }) {
  const { tone, word } = states[one.state];
  return (
    <Row>
      <Cell className="whitespace-nowrap">
        <Ago at={one.createdAt} />
      </Cell>
      <Cell>{one.contactId === null ? 'Everything' : 'One contact'}</Cell>
      <Cell>{one.requestedBy}</Cell>
      <Cell>
        <Mark tone={tone}>{word}</Mark>
        {one.problem === null ? null : <p className="mt-1 text-soft">{one.problem}</p>}
      </Cell>
      <Cell className="whitespace-nowrap tabular-nums">
        {one.records.toLocaleString('en')} rows, {one.files.toLocaleString('en')} files
      </Cell>
      <Cell className="whitespace-nowrap tabular-nums">{sizeOf(one.bytes)}</Cell>
      <Cell className="whitespace-nowrap">
        <Ago at={one.expiresAt} />
      </Cell>
      <Cell>
        {mayAct ? (
          <div className="flex justify-end gap-2">
            {one.state === 'READY' ? (
              <a
                className={buttonLook({ kind: 'plain', size: 'small' })}
                href={`/api/admin/tenants/${one.tenantId}/exports/${one.id}/archive`}
                download
              >
                Fetch
              </a>
            ) : null}
            <ActionButton
              kind="danger"
              size="small"
              label={isUnderWay(one) ? 'Stop' : 'Remove'}
              busyLabel="Removing…"
              doneText="The export is removed"
              confirm={{
                title: isUnderWay(one) ? 'Stop this export?' : 'Remove this export?',
                text: 'Its archive is deleted. The tenant and what it holds are as before.',
              }}
              act={() =>
                answerOf(
                  controlPlane.DELETE(`${at}/{exportId}`, {
                    params: { path: { tenantId: one.tenantId, exportId: one.id } },
                  }),
                )
              }
              onDone={onDone}
            />
          </div>
        ) : null}
      </Cell>
    </Row>
  );
}

const isUnderWay = ({ state }: Export) => state === 'QUEUED' || state === 'RUNNING';
