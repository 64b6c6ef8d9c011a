'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ActionButton } from '@/calls/action-button';
import { Answer } from '@/calls/answer';
import { answerOf, controlPlane } from '@/calls/control-plane';
import { FormDialog } from '@/calls/form-dialog';
import { formText } from '@/calls/form-text';
import { PageTitle } from '@/frame/frame';
import { Card } from '@/ui/card';
import { Select, TextField } from '@/ui/field';
import { Mark } from '@/ui/mark';
import { Empty } from '@/ui/notice';
import { Cell, Row, Table } from '@/ui/table';
import { Ago } from '@/ui/time';
import { useMayAct } from '../operator';

const kinds = { ADMIN: "An operator's program", PORTAL: 'Another portal' };

/** Keys that open the APIs of the whole fleet; those of a tenant's programs are on its page. */
export function KeysPage() {
  const mayAct = useMayAct();
  const answers = useQueryClient();
  const keys = useQuery({
    queryKey: ['fleet-keys'],
    queryFn: () => answerOf(controlPlane.GET('/admin/keys')),
  });
  const again = () => void answers.invalidateQueries({ queryKey: ['fleet-keys'] });
  return (
    <>
      <PageTitle title="Keys" text="They open the APIs of the whole fleet. Give each program its own.">
        {mayAct ? <NewKey onCreated={again} /> : null}
      </PageTitle>
      <Card isFlush>
        <Answer of={keys} what="The keys">
          {({ items }) =>
            items.length === 0 ? (
              <Empty title="No keys yet." />
            ) : (
              <Table label="Keys" head={['Name', 'For', 'Made', 'Last used', 'State']}>
                {items.map((key) => (
                  <Row key={key.id}>
                    <Cell className="font-medium">{key.name}</Cell>
                    <Cell>{key.kind === 'PORTAL' ? kinds.PORTAL : kinds.ADMIN}</Cell>
                    <Cell className="whitespace-nowrap">
                      <Ago at={key.createdAt} />
                    </Cell>
                    <Cell className="whitespace-nowrap">
                      {key.lastUsedAt ? <Ago at={key.lastUsedAt} /> : 'never'}
                    </Cell>
                    <Cell>
                      {key.revokedAt ? (
                        <Mark tone="rest">Revoked</Mark>
                      ) : mayAct ? (
                        <ActionButton
                          kind="danger"
                          size="small"
                          label="Revoke"
                          busyLabel="Revoking…"
                          doneText={`${key.name} opens nothing any more`}
                          act={() =>
                            answerOf(
                              controlPlane.DELETE('/admin/keys/{keyId}', {
                                params: { path: { keyId: key.id } },
                              }),
                            )
                          }
                          onDone={again}
                          confirm={{
                            title: `Revoke ${key.name}?`,
                            text: 'Whoever uses it is refused from now on, and its live streams end. It can not be taken back.',
                          }}
                        />
                      ) : (
                        <Mark tone="good">In use</Mark>
                      )}
                    </Cell>
                  </Row>
                ))}
              </Table>
            )
          }
        </Answer>
      </Card>
    </>
  );
}

function NewKey({ onCreated }: { onCreated: () => void }) {
  return (
    <FormDialog
      button="Make a key"
      title="Make a key"
      label="Make the key"
      busyLabel="Making…"
      submit={(form) =>
        answerOf(
          controlPlane.POST('/admin/keys', {
            body: {
              kind: formText(form, 'kind') === 'PORTAL' ? 'PORTAL' : 'ADMIN',
              name: formText(form, 'name'),
            },
          }),
        )
      }
      onDone={onCreated}
      secret={{
        title: 'The key',
        text: 'It is shown this once; keep it where your program reads it.',
        of: ({ key }) => key,
      }}
    >
      <TextField label="Name" name="name" hint="Of the program that gets it." maxLength={100} required />
      <Select
        label="For"
        name="kind"
        hint="An operator's program may do everything; another portal signs people in by itself."
      >
        {Object.entries(kinds).map(([id, label]) => (
          <option key={id} value={id}>
            {label}
          </option>
        ))}
      </Select>
    </FormDialog>
  );
}
