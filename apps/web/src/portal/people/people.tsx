'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { TenantPerson } from '@wafleet/contracts';
import { ActionButton } from '@/calls/action-button';
import { Answer } from '@/calls/answer';
import { answerOf, controlPlane } from '@/calls/control-plane';
import { Card } from '@/ui/card';
import { Mark } from '@/ui/mark';
import { Empty } from '@/ui/notice';
import { Cell, Row, Table } from '@/ui/table';
import { useWorkspace } from '../workspace';
import { InvitePerson } from './invite-person';

const at = '/portal/tenant/current/people';

/** Who may use the workspace, and as what. */
export function People() {
  const { role } = useWorkspace();
  const people = useQuery({ queryKey: ['people'], queryFn: () => answerOf(controlPlane.GET(at)) });
  return (
    <div className="flex flex-col gap-5">
      {role === 'OWNER' ? (
        <div>
          <InvitePerson />
        </div>
      ) : null}
      <Card isFlush>
        <Answer of={people} what="The people">
          {({ items }) =>
            items.length === 0 ? (
              <Empty title="Nobody yet" text="Who is invited appears here." />
            ) : (
              <Table label="People" head={['Person', 'Role', 'State', '']}>
                {items.map((person) => (
                  <PersonRow key={person.id} person={person} />
                ))}
              </Table>
            )
          }
        </Answer>
      </Card>
    </div>
  );
}

const roles: Record<TenantPerson['role'], string> = { OWNER: 'Owner', STAFF: 'Staff' };

function PersonRow({ person }: { person: TenantPerson }) {
  const answers = useQueryClient();
  const { role: mine, name: workspace } = useWorkspace();
  const path = { userId: person.id };
  const onDone = () => void answers.invalidateQueries({ queryKey: ['people'] });
  const other = person.role === 'OWNER' ? 'STAFF' : 'OWNER';
  return (
    <Row>
      <Cell>
        <span className="block font-medium">{person.name ?? person.email}</span>
        {person.name ? <span className="text-soft">{person.email}</span> : null}
      </Cell>
      <Cell>{roles[person.role]}</Cell>
      <Cell>
        {person.isDisabled ? (
          <Mark tone="rest">Disabled</Mark>
        ) : person.canSignIn ? (
          <Mark tone="good">Can sign in</Mark>
        ) : (
          <Mark tone="busy">Invited</Mark>
        )}
      </Cell>
      <Cell>
        {mine === 'OWNER' ? (
          <div className="flex flex-wrap justify-end gap-2">
            <ActionButton
              kind="plain"
              size="small"
              label={`Make ${roles[other].toLowerCase()}`}
              busyLabel="Changing…"
              doneText="The role is changed"
              act={() =>
                answerOf(controlPlane.PATCH(`${at}/{userId}`, { params: { path }, body: { role: other } }))
              }
              onDone={onDone}
            />
            <ActionButton
              kind="danger"
              size="small"
              label="Remove"
              busyLabel="Removing…"
              doneText="The person is no longer in this workspace"
              confirm={{
                title: `Remove ${person.email} from ${workspace}?`,
                text: 'They are out at once. Their account and what they did here stay.',
              }}
              act={() => answerOf(controlPlane.DELETE(`${at}/{userId}`, { params: { path } }))}
              onDone={onDone}
            />
          </div>
        ) : null}
      </Cell>
    </Row>
  );
}
