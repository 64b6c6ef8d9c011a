'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { IncidentGroup, IncidentState, TenantEvent } from '@wafleet/contracts';
import Link from 'next/link';
import { useCallback } from 'react';
import { ActionButton } from '@/calls/action-button';
import { Answer } from '@/calls/answer';
import { answerOf, controlPlane } from '@/calls/control-plane';
import { PageTitle } from '@/frame/frame';
import { useLiveEvents } from '@/live/live';
import { Card } from '@/ui/card';
import { Empty } from '@/ui/notice';
import { Tabs } from '@/ui/tabs';
import { Ago, clock } from '@/ui/time';
import { useMayAct } from '../operator';
import { useAddressState } from '../use-address-state';
import { incidentStates } from './incident-list';

/** What goes wrong in the fleet, by what it has in common. */
export function IncidentsPage() {
  const answers = useQueryClient();
  const [state, setState] = useAddressState('state', 'open');
  useLiveEvents(
    useCallback(
      ({ type }: TenantEvent) => {
        if (type.startsWith('incident.')) void answers.invalidateQueries({ queryKey: ['incidents'] });
      },
      [answers],
    ),
  );
  return (
    <>
      <PageTitle
        title="Incidents"
        text="By reason and version of WhatsApp Web: many of one kind have one cause."
      />
      <Tabs
        label="Incidents"
        value={state}
        onChange={setState}
        tabs={incidentStates.map(({ id, label, empty }) => ({
          id,
          label,
          content: <Groups state={id} empty={empty} />,
        }))}
      />
    </>
  );
}

function Groups({ state, empty }: { state: IncidentState; empty: string }) {
  const groups = useQuery({
    queryKey: ['incidents', 'groups', state],
    queryFn: () => answerOf(controlPlane.GET('/admin/incidents/groups', { params: { query: { state } } })),
    refetchInterval: 15_000,
  });
  return (
    <Answer of={groups} what="The incidents">
      {({ items }) =>
        items.length === 0 ? (
          <Card>
            <Empty title={empty} />
          </Card>
        ) : (
          <ul className="live flex flex-col gap-3">
            {items.map((group) => (
              <li key={`${group.reason?.code ?? ''} ${group.whatsappWebVersion ?? ''}`}>
                <Group group={group} state={state} />
              </li>
            ))}
          </ul>
        )
      }
    </Answer>
  );
}

function Group({ group, state }: { group: IncidentGroup; state: IncidentState }) {
  const answers = useQueryClient();
  const mayAct = useMayAct();
  const { reason, whatsappWebVersion, tenants, incidents, openedAt, lastSeenAt, newest } = group;
  const title = reason?.label ?? 'Unknown reason';
  return (
    <Card>
      <div className="flex flex-wrap items-start justify-between gap-4">
        <div className="max-w-prose">
          <h2 className="font-semibold">
            {title}, {tenants.toLocaleString('en')} {tenants === 1 ? 'tenant' : 'tenants'} since{' '}
            {clock(openedAt)}
            {tenants > 2 ? ', one cause?' : ''}
          </h2>
          <p className="mt-1">{reason?.explanation}</p>
          <p className="mt-1 text-sm text-soft">
            WhatsApp Web {whatsappWebVersion ?? 'of unknown version'}, {incidents.toLocaleString('en')}{' '}
            {incidents === 1 ? 'incident' : 'incidents'}, last seen <Ago at={lastSeenAt} />
          </p>
          <ul className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-sm">
            {newest.map(({ id, tenantName }) => (
              <li key={id}>
                <Link href={`/incidents/${id}`} className="text-accent underline">
                  {tenantName}
                </Link>
              </li>
            ))}
            {reason && tenants > newest.length ? (
              <li>
                <Link href={`/fleet?q=reason:${reason.code}`} className="text-accent underline">
                  All in the fleet
                </Link>
              </li>
            ) : null}
          </ul>
        </div>
        {mayAct && state === 'open' && reason ? (
          <ActionButton
            kind="plain"
            label="Acknowledge"
            busyLabel="Acknowledging…"
            doneText="Acknowledged"
            act={() =>
              answerOf(
                controlPlane.POST('/admin/incidents/acknowledge', {
                  body: { reason: reason.code, whatsappWebVersion },
                }),
              )
            }
            onDone={() => void answers.invalidateQueries({ queryKey: ['incidents'] })}
          />
        ) : null}
      </div>
    </Card>
  );
}
