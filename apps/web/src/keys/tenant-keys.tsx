'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { CreatedTenantKey, TenantKey } from '@wafleet/contracts';
import { ActionButton } from '@/calls/action-button';
import { Answer } from '@/calls/answer';
import { Card } from '@/ui/card';
import { Mark } from '@/ui/mark';
import { Empty } from '@/ui/notice';
import { Cell, Row, Table } from '@/ui/table';
import { Ago, Clock, useNow } from '@/ui/time';
import { NewKey, type NewKeyBody } from './new-key';

/** How the keys of one tenant are reached: by its own people, or by operators. */
export interface KeyCalls {
  queryKey: readonly string[];
  list: () => Promise<{ items: TenantKey[] }>;
  create: (body: NewKeyBody) => Promise<CreatedTenantKey>;
  revoke: (keyId: string) => Promise<unknown>;
}

/** Keys of a tenant's own programs. */
export function TenantKeys({ calls, mayChange }: { calls: KeyCalls; mayChange: boolean }) {
  const answers = useQueryClient();
  const keys = useQuery({ queryKey: calls.queryKey, queryFn: calls.list });
  const again = () => void answers.invalidateQueries({ queryKey: calls.queryKey });
  return (
    <div className="live flex flex-col gap-5">
      {mayChange ? (
        <div>
          <NewKey create={calls.create} onCreated={again} />
        </div>
      ) : null}
      <Card isFlush>
        <Answer of={keys} what="The keys">
          {({ items }) =>
            items.length === 0 ? (
              <Empty
                title="No keys yet"
                text="With a key, a program sends and reads messages through the API."
              />
            ) : (
              <Table label="Keys" head={['Name', 'Opens', 'Made', 'Last used', 'State', '']}>
                {items.map((key) => (
                  <KeyRow
                    key={key.id}
                    apiKey={key}
                    revoke={mayChange ? () => calls.revoke(key.id) : null}
                    onRevoked={again}
                  />
                ))}
              </Table>
            )
          }
        </Answer>
      </Card>
    </div>
  );
}

function KeyRow(props: {
  apiKey: TenantKey;
  revoke: (() => Promise<unknown>) | null;
  onRevoked: () => void;
}) {
  const { apiKey, revoke, onRevoked } = props;
  const now = useNow(10_000);
  const { name, scopes, addresses, createdAt, lastUsedAt, revokedAt, expiresAt } = apiKey;
  const hasExpired = expiresAt !== null && new Date(expiresAt).getTime() < now;
  return (
    <Row>
      <Cell className="font-medium">{name}</Cell>
      <Cell>
        {scopes.join(', ')}
        {addresses.length > 0 ? <span className="block text-soft">from {addresses.join(', ')}</span> : null}
      </Cell>
      <Cell className="whitespace-nowrap">
        <Clock at={createdAt} />
      </Cell>
      <Cell className="whitespace-nowrap">{lastUsedAt ? <Ago at={lastUsedAt} /> : 'Never'}</Cell>
      <Cell>
        {revokedAt !== null ? (
          <Mark tone="rest">Revoked</Mark>
        ) : hasExpired ? (
          <Mark tone="rest">Expired</Mark>
        ) : (
          <Mark tone="good">Good</Mark>
        )}
      </Cell>
      <Cell>
        {revoke !== null && revokedAt === null ? (
          <ActionButton
            kind="danger"
            size="small"
            label="Revoke"
            busyLabel="Revoking…"
            doneText="The key is revoked"
            confirm={{
              title: `Revoke ${name}?`,
              text: 'Programs that use it are refused from now on. This can not be taken back.',
            }}
            act={revoke}
            onDone={onRevoked}
          />
        ) : null}
      </Cell>
    </Row>
  );
}
