'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { User } from '@wafleet/contracts';
import { ActionButton } from '@/calls/action-button';
import { Answer } from '@/calls/answer';
import { answerOf, controlPlane } from '@/calls/control-plane';
import { PageTitle } from '@/frame/frame';
import { Card } from '@/ui/card';
import { Mark } from '@/ui/mark';
import { TextField } from '@/ui/field';
import { Empty } from '@/ui/notice';
import { Cell, Row, Table } from '@/ui/table';
import { Ago } from '@/ui/time';
import { useMayAct } from '../operator';
import { useAddressState } from '../use-address-state';
import { InviteUser } from './invite-user';

const roles = { ADMIN: 'Acts on the fleet', VIEWER: 'Reads the fleet' };

/** Who may sign in: operators, and the people of tenants. */
export function UsersPage() {
  const mayAct = useMayAct();
  const answers = useQueryClient();
  const [search, setSearch] = useAddressState('q', '');
  const users = useQuery({
    queryKey: ['users', search],
    queryFn: () =>
      answerOf(
        controlPlane.GET('/admin/users', {
          params: { query: { limit: 100, ...(search.trim() === '' ? {} : { search }) } },
        }),
      ),
    placeholderData: (before) => before,
  });
  const again = () => void answers.invalidateQueries({ queryKey: ['users'] });
  return (
    <>
      <PageTitle title="Users" text="Operators, and the people of tenants.">
        {mayAct ? <InviteUser onInvited={again} /> : null}
      </PageTitle>
      <div className="mb-4 max-w-md">
        <TextField
          label="Search"
          type="search"
          maxLength={254}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
      </div>
      <Card isFlush>
        <Answer of={users} what="The users">
          {({ items, nextCursor }) =>
            items.length === 0 ? (
              <Empty title="Nobody matches." />
            ) : (
              <>
                <Table
                  label="Users"
                  head={['Who', 'In the fleet', 'Workspaces', 'Signed in', 'What can be done']}
                >
                  {items.map((user) => (
                    <Row key={user.id}>
                      <Cell>
                        <span className="block font-medium">{user.name ?? user.email}</span>
                        {user.name ? <span className="text-soft">{user.email}</span> : null}
                      </Cell>
                      <Cell>
                        {user.isDisabled ? (
                          <Mark tone="bad">Disabled</Mark>
                        ) : user.fleetRole ? (
                          <Mark tone="good">{roles[user.fleetRole]}</Mark>
                        ) : (
                          '–'
                        )}
                      </Cell>
                      <Cell>
                        {user.tenants.map(({ name, role }) => `${name} (${role.toLowerCase()})`).join(', ') ||
                          '–'}
                      </Cell>
                      <Cell className="whitespace-nowrap">
                        {user.signedInAt ? <Ago at={user.signedInAt} /> : user.canSignIn ? 'No' : 'Invited'}
                      </Cell>
                      <Cell>{mayAct ? <UserActions user={user} onDone={again} /> : '–'}</Cell>
                    </Row>
                  ))}
                </Table>
                {nextCursor === null ? null : (
                  <p className="p-4 text-sm text-soft">The first hundred are shown; search for others.</p>
                )}
              </>
            )
          }
        </Answer>
      </Card>
    </>
  );
}

function UserActions({ user, onDone }: { user: User; onDone: () => void }) {
  const params = { path: { userId: user.id } };
  const who = user.name ?? user.email;
  const change = (body: { disabled?: boolean; fleetRole?: User['fleetRole'] }) =>
    answerOf(controlPlane.PATCH('/admin/users/{userId}', { params, body }));
  return (
    <div className="flex flex-wrap gap-2">
      {user.fleetRole === 'VIEWER' ? (
        <ActionButton
          kind="plain"
          size="small"
          label="Let act"
          busyLabel="Changing…"
          doneText={`${who} may act on the fleet`}
          act={() => change({ fleetRole: 'ADMIN' })}
          onDone={onDone}
          confirm={{
            title: `Let ${who} act on the fleet?`,
            text: 'They may restart, reset and erase every tenant.',
          }}
        />
      ) : null}
      {user.fleetRole === 'ADMIN' ? (
        <ActionButton
          kind="plain"
          size="small"
          label="Let only read"
          busyLabel="Changing…"
          doneText={`${who} may only read`}
          act={() => change({ fleetRole: 'VIEWER' })}
          onDone={onDone}
          confirm={{
            title: `Let ${who} only read?`,
            text: 'They see the fleet, and change nothing any more.',
          }}
        />
      ) : null}
      {user.signedInAt ? (
        <ActionButton
          kind="plain"
          size="small"
          label="Sign out"
          busyLabel="Signing out…"
          doneText={`${who} is signed out everywhere`}
          act={() => answerOf(controlPlane.POST('/admin/users/{userId}/sign-out', { params }))}
          onDone={onDone}
          confirm={{
            title: `Sign ${who} out everywhere?`,
            text: 'What they have open ends within half a minute. They may sign in again.',
          }}
        />
      ) : null}
      <ActionButton
        kind={user.isDisabled ? 'plain' : 'danger'}
        size="small"
        label={user.isDisabled ? 'Enable' : 'Disable'}
        busyLabel="Changing…"
        doneText={user.isDisabled ? `${who} may sign in again` : `${who} is signed out and let in nowhere`}
        act={() => change({ disabled: !user.isDisabled })}
        onDone={onDone}
        {...(user.isDisabled
          ? {}
          : {
              confirm: {
                title: `Disable ${who}?`,
                text: 'They are signed out everywhere, and let in nowhere until they are enabled again.',
              },
            })}
      />
    </div>
  );
}
