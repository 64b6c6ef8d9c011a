'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import type { Chat } from '@wafleet/contracts';
import { useState } from 'react';
import { Answer } from '@/calls/answer';
import { answerOf, controlPlane } from '@/calls/control-plane';
import { Older } from '@/calls/older';
import { Button } from '@/ui/button';
import { Card } from '@/ui/card';
import { CopyButton } from '@/ui/copy-button';
import { Mark } from '@/ui/mark';
import { Empty } from '@/ui/notice';
import { Cell, Row, Table } from '@/ui/table';
import { Ago } from '@/ui/time';
import { useStatus } from '../answers';
import { GroupDrawer } from './group-drawer';

/** Of so many chats at once the groups are shown; WhatsApp lists them together, the newest first. */
const chatsAtOnce = 200;

/** Which groups there are, and under which id a program writes to each. They are asked of the connected WhatsApp. */
export function Groups() {
  const status = useStatus();
  const isConnected = status.data?.session.state === 'CONNECTED';
  const chats = useInfiniteQuery({
    queryKey: ['chats'],
    queryFn: ({ pageParam }) =>
      answerOf(
        controlPlane.GET('/portal/tenant/current/chats', {
          params: { query: { limit: chatsAtOnce, ...(pageParam === null ? {} : { cursor: pageParam }) } },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    enabled: isConnected,
  });
  const [openId, setOpenId] = useState<string | null>(null);
  return (
    <Card isFlush className="live">
      <Answer of={status} what="The status">
        {() =>
          !isConnected ? (
            <Empty
              title="Not connected now"
              text="Groups are asked of WhatsApp itself, and shown here while it is connected."
            />
          ) : (
            <Answer of={chats} what="The groups" lines={6}>
              {({ pages }) => {
                const groups = pages.flatMap(({ items }) => items).filter(({ isGroup }) => isGroup);
                return (
                  <>
                    {groups.length === 0 ? (
                      <Empty title="No groups yet" text="What your WhatsApp is added to appears here." />
                    ) : (
                      <GroupTable groups={groups} onOpen={setOpenId} />
                    )}
                    <Older of={chats} />
                  </>
                );
              }}
            </Answer>
          )
        }
      </Answer>
      <GroupDrawer groupId={openId} onClose={() => setOpenId(null)} />
    </Card>
  );
}

function GroupTable({ groups, onOpen }: { groups: readonly Chat[]; onOpen: (groupId: string) => void }) {
  return (
    <Table label="Groups" head={['Group', 'Newest message', 'Unread', '', 'Id']}>
      {groups.map((group) => (
        <Row key={group.id}>
          <Cell>
            <Button kind="quiet" size="small" className="-mx-3" onClick={() => onOpen(group.id)}>
              {group.name}
            </Button>
          </Cell>
          <Cell className="whitespace-nowrap">
            {group.lastMessageAt === null ? '–' : <Ago at={group.lastMessageAt} />}
          </Cell>
          <Cell className="tabular-nums">{group.unread}</Cell>
          <Cell>
            {group.isMuted ? <Mark tone="rest">Muted</Mark> : null}{' '}
            {group.isArchived ? <Mark tone="rest">Archived</Mark> : null}
          </Cell>
          <Cell>
            <span className="flex flex-wrap items-center gap-2">
              <code className="text-xs">{group.id}</code>
              <CopyButton text={group.id} />
            </span>
          </Cell>
        </Row>
      ))}
    </Table>
  );
}
