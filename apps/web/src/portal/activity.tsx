'use client';

import { useSearchParams } from 'next/navigation';
import { useState } from 'react';
import { Answer } from '@/calls/answer';
import { Button } from '@/ui/button';
import { Card } from '@/ui/card';
import { Empty } from '@/ui/notice';
import { Tabs } from '@/ui/tabs';
import { useLog } from './answers';
import { Deeds } from './deeds';
import { LogLines } from './log-lines';

const step = 100;
const most = 1_000;

/** The story of a workspace: what happened, and who did what. */
export function Activity() {
  const [tab, setTab] = useState(useSearchParams().get('tab') === 'deeds' ? 'deeds' : 'story');
  return (
    <Card className="live">
      <Tabs
        label="Activity"
        value={tab}
        onChange={setTab}
        tabs={[
          { id: 'story', label: 'What happened', content: <Story /> },
          { id: 'deeds', label: 'Who did what', content: <Deeds /> },
        ]}
      />
    </Card>
  );
}

function Story() {
  const [limit, setLimit] = useState(step);
  const log = useLog(limit);
  return (
    <Answer of={log} what="The activity" lines={6}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty title="Nothing happened yet" text="Starts, codes, keys and trouble are told here." />
        ) : (
          <>
            <LogLines lines={items} />
            {items.length === limit && limit < most ? (
              <div className="border-t border-line p-4 text-center">
                <Button
                  kind="plain"
                  size="small"
                  disabled={log.isFetching}
                  onClick={() => setLimit(limit + step)}
                >
                  {log.isFetching ? 'Loading…' : 'Show more'}
                </Button>
              </div>
            ) : null}
          </>
        )
      }
    </Answer>
  );
}
