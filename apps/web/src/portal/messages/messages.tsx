'use client';

import type { Message } from '@wafleet/contracts';
import { useState } from 'react';
import { Answer } from '@/calls/answer';
import { Older } from '@/calls/older';
import { Button } from '@/ui/button';
import { Card } from '@/ui/card';
import { Empty } from '@/ui/notice';
import { useMessages } from '../answers';
import { useWorkspace } from '../workspace';
import { MessageDrawer } from './message-drawer';
import { MessageFilters, useMessageFilter } from './message-filters';
import { MessageRows } from './message-rows';
import { SendMessage } from './send-message';
import { useMessageKeys } from './message-keys';
import { useMessageNews } from './message-news';

/** Every message, newest first; new ones are announced, not pushed in between. */
export function Messages() {
  const { fields, filter, setFields, clear, isFiltered } = useMessageFilter();
  const messages = useMessages(filter);
  const news = useMessageNews();
  useMessageKeys();
  const [openId, setOpenId] = useState<string | null>(null);
  const { isReadOnly } = useWorkspace();
  const showNew = () => {
    news.clear();
    void messages.refetch();
  };
  return (
    <div className="flex flex-col gap-5">
      {isReadOnly ? null : <SendMessage onSent={showNew} />}
      <Card isFlush className="live">
        <div className="px-4 pb-4 sm:px-5">
          <MessageFilters fields={fields} onChange={setFields} />
        </div>
        {news.count > 0 ? (
          <div className="sticky top-2 z-10 flex justify-center pb-3" role="status">
            <Button size="small" className="rounded-full shadow-md" onClick={showNew}>
              {news.count === 1 ? '1 new message' : `${news.count} new messages`}
            </Button>
          </div>
        ) : null}
        <Answer of={messages} what="The messages" lines={6}>
          {({ pages }) => {
            const items = pages.flatMap((page) => page.items);
            if (items.length === 0) {
              return isFiltered ? (
                <Empty title="No message matches">
                  <Button kind="plain" size="small" onClick={clear}>
                    Clear filters
                  </Button>
                </Empty>
              ) : (
                <Empty
                  title="No messages yet"
                  text="What is sent and received appears here. Send one above to try it."
                />
              );
            }
            const opened = items.find(({ id }) => id === openId) ?? null;
            return (
              <>
                <MessageRows messages={items} onOpen={({ id }: Message) => setOpenId(id)} />
                <MessageDrawer message={opened} onClose={() => setOpenId(null)} />
              </>
            );
          }}
        </Answer>
        <Older of={messages} />
      </Card>
    </div>
  );
}
