'use client';

import type { TenantStatusView } from '@wafleet/contracts';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { Answer } from '@/calls/answer';
import { AuditLink } from '@/calls/audit-link';
import { PageTitle } from '@/frame/frame';
import { Card } from '@/ui/card';
import { Tabs } from '@/ui/tabs';
import { Ago } from '@/ui/time';
import { IncidentList } from '../incidents/incident-list';
import { useMayAct } from '../operator';
import { StatusMark } from '../status-mark';
import { useAddressState } from '../use-address-state';
import { OnboardingLink } from './acts/onboarding-link';
import { Screenshot } from './acts/screenshot';
import { SessionActions } from './acts/session-actions';
import { ViewAsTenant } from './acts/view-as-tenant';
import { ExportsTab } from './tabs/exports-tab';
import { KeysTab } from './tabs/keys-tab';
import { LogsTab } from './tabs/logs-tab';
import { MessagesTab } from './tabs/messages-tab';
import { MetricsTab } from './tabs/metrics-tab';
import { SettingsTab } from './tabs/settings-tab';
import { SnapshotsTab } from './tabs/snapshots-tab';
import { TimelineTab } from './tabs/timeline-tab';
import { useTenant } from './use-tenant';
import { WebhooksTab } from './tabs/webhooks-tab';

/** Everything about one tenant for who has to mend it. */
export function TenantPage({ tenantId }: { tenantId: string }) {
  const { tenant, status } = useTenant(tenantId);
  const mayAct = useMayAct();
  const [tab, setTab] = useAddressState('tab', 'timeline');
  return (
    <Answer of={tenant} what="The tenant">
      {(row) => (
        <AuditLink href={`/audit?tenant=${tenantId}`}>
          <p className="mb-2 text-sm">
            <Link href="/fleet" className="text-accent underline">
              Fleet
            </Link>
          </p>
          <PageTitle title={row.name} text={<span className="font-mono text-xs">{row.id}</span>}>
            <div className="flex flex-wrap gap-2">
              <ViewAsTenant tenantId={tenantId} />
              {mayAct ? <Screenshot tenantId={tenantId} name={row.name} /> : null}
              {mayAct ? <OnboardingLink tenantId={tenantId} name={row.name} /> : null}
            </div>
          </PageTitle>
          <Answer of={status} what="The status">
            {(view) => (
              <Card className="live mb-6">
                <div className="flex flex-wrap items-start justify-between gap-4">
                  <div className="max-w-prose">
                    <p className="flex flex-wrap items-center gap-3 text-lg font-semibold">
                      <StatusMark status={view.status} />
                      {view.reason?.label ?? (view.status === 'ACTIVE' ? 'Connected' : '')}
                    </p>
                    <p className="mt-1">
                      {view.reason?.explanation ?? ''} {view.detail ?? ''}
                    </p>
                    <p className="mt-1 text-soft">
                      Since <Ago at={view.since} />
                      {view.nextAttemptAt ? (
                        <>
                          , attempt {view.attempt}, next <Ago at={view.nextAttemptAt} />
                        </>
                      ) : null}
                      {view.stoppedBy ? `, stopped by ${view.stoppedBy}` : ''}
                      {view.place === null ? '' : `, number ${view.place} of those that wait`}
                      {view.session.account ? `, +${view.session.account.phoneNumber}` : ''}
                    </p>
                  </div>
                  {mayAct ? <SessionActions tenantId={tenantId} name={row.name} status={view} /> : null}
                </div>
                <dl className="mt-4 grid grid-cols-2 gap-x-6 gap-y-3 text-sm sm:grid-cols-3 lg:grid-cols-6">
                  <Fact label="Last check">
                    {view.session.lastSeenAt ? <Ago at={view.session.lastSeenAt} /> : '–'}
                  </Fact>
                  <Fact label="Session">{view.session.state.toLowerCase().replaceAll('_', ' ')}</Fact>
                  <Fact label="Worker">
                    {view.worker.status.toLowerCase()}, start {view.worker.generation}
                  </Fact>
                  <Fact label="Memory">{mebibytes(view.worker.memory)}</Fact>
                  {view.worker.container === null ? null : (
                    <Fact label="Container">
                      {containerUse(view.worker.container, view.worker.cpuPercent)}
                    </Fact>
                  )}
                  {view.worker.diskBytes === null ? null : (
                    <Fact label="On the disk">{inMebibytes(view.worker.diskBytes)}</Fact>
                  )}
                  <Fact label="Waiting to be sent">{view.queues.outbound}</Fact>
                  <Fact label="WhatsApp Web">{view.session.versions.whatsappWeb ?? '–'}</Fact>
                </dl>
              </Card>
            )}
          </Answer>
          <Tabs
            label="About this tenant"
            value={tab}
            onChange={setTab}
            tabs={[
              { id: 'timeline', label: 'Timeline', content: <TimelineTab tenantId={tenantId} /> },
              { id: 'logs', label: 'Logs', content: <LogsTab tenantId={tenantId} /> },
              { id: 'metrics', label: 'Metrics', content: <MetricsTab tenantId={tenantId} /> },
              { id: 'incidents', label: 'Incidents', content: <IncidentList tenantId={tenantId} /> },
              { id: 'messages', label: 'Messages', content: <MessagesTab tenantId={tenantId} /> },
              { id: 'webhooks', label: 'Webhooks', content: <WebhooksTab tenantId={tenantId} /> },
              { id: 'keys', label: 'Keys', content: <KeysTab tenantId={tenantId} /> },
              { id: 'snapshots', label: 'Snapshots', content: <SnapshotsTab tenantId={tenantId} /> },
              { id: 'exports', label: 'Exports', content: <ExportsTab tenantId={tenantId} /> },
              { id: 'settings', label: 'Settings', content: <SettingsTab tenant={row} /> },
            ]}
          />
        </AuditLink>
      )}
    </Answer>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-soft">{label}</dt>
      <dd className="font-medium">{children}</dd>
    </div>
  );
}

function mebibytes({
  nodeBytes,
  browserBytes,
}: {
  nodeBytes: number | null;
  browserBytes: number | null;
}): string {
  if (nodeBytes === null) return '–';
  return inMebibytes(nodeBytes + (browserBytes ?? 0));
}

const inMebibytes = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MiB`;

/** Of what the kernel counts, how much it allows. */
function containerUse(
  use: NonNullable<TenantStatusView['worker']['container']>,
  cpuPercent: number | null,
): string {
  const { memoryBytes, memoryLimitBytes, pids, pidsLimit, cpuLimit } = use;
  const of = (limit: string | number | null) => (limit === null ? '' : ` of ${limit}`);
  const memory =
    memoryBytes === null
      ? []
      : [inMebibytes(memoryBytes) + of(memoryLimitBytes === null ? null : inMebibytes(memoryLimitBytes))];
  const processes = pids === null ? [] : [`${pids}${of(pidsLimit)} processes`];
  const processors =
    cpuPercent === null ? [] : [`${(cpuPercent / 100).toFixed(2)}${of(cpuLimit)} processors`];
  return [...memory, ...processes, ...processors].join(', ');
}
