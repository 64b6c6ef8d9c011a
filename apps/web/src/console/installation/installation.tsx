'use client';

import { useQuery } from '@tanstack/react-query';
import type { Installation as InstallationView } from '@wafleet/contracts';
import { useState } from 'react';
import { Answer } from '@/calls/answer';
import { answerOf, controlPlane } from '@/calls/control-plane';
import { Card } from '@/ui/card';
import { Checkbox } from '@/ui/field';
import { Empty } from '@/ui/notice';
import { Cell, Row, Table } from '@/ui/table';

/** What the installation is set to, by its environment; it is changed there, not here. */
export function Installation() {
  const [changedOnly, setChangedOnly] = useState(false);
  const installation = useQuery({
    queryKey: ['installation'],
    queryFn: () => answerOf(controlPlane.GET('/admin/installation')),
    staleTime: Infinity,
  });
  return (
    <Card
      title="This installation"
      aside={
        <Checkbox
          label="Only what is set"
          checked={changedOnly}
          onChange={({ target }) => setChangedOnly(target.checked)}
        />
      }
      isFlush
    >
      <p className="px-4 pb-3 text-soft sm:px-5">
        By its environment, as it was when the control plane started. Secrets are not shown.
      </p>
      <Answer of={installation} what="The settings" lines={6}>
        {({ settings }) => {
          const shown = settings.filter(({ isSet }) => isSet || !changedOnly);
          if (shown.length === 0) return <Empty title="Everything has its default." />;
          return (
            <Table label="Settings" head={['Setting', 'Value', '']}>
              {shown.map((setting) => (
                <Row key={setting.name}>
                  <Cell className="font-mono text-xs">{setting.name}</Cell>
                  <Cell className="font-mono text-xs break-all">{valueOf(setting)}</Cell>
                  <Cell className="whitespace-nowrap text-soft">{setting.isSet ? 'Set' : 'Default'}</Cell>
                </Row>
              ))}
            </Table>
          );
        }}
      </Answer>
    </Card>
  );
}

function valueOf({ value, isSecret, isSet }: InstallationView['settings'][number]): string {
  if (isSecret) return isSet ? '(secret)' : '–';
  return value ?? '–';
}
