'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { QrView } from '@wafleet/contracts';
import { type ReactNode, useCallback } from 'react';
import { ActionButton } from '@/calls/action-button';
import { Answer } from '@/calls/answer';
import { dataOf, controlPlane, Refused } from '@/calls/control-plane';
import { Bare } from '@/frame/bare';
import { Live, useLiveEvents, useLiveState } from '@/live/live';
import { Linking } from '@/portal/connect/linking';
import { ProgressSteps } from '@/portal/connect/progress-steps';

const at = '/link/current';

/** The code of one tenant and nothing else, for who came by a link. */
export function Onboarding() {
  return (
    <Live url="/api/link/current/events/live">
      <Steps />
    </Live>
  );
}

function Steps() {
  const { state } = useLiveState();
  const answers = useQueryClient();
  const refresh = useCallback(() => void answers.invalidateQueries(), [answers]);
  useLiveEvents(refresh);
  const everyMs = state === 'live' ? 10_000 : 3_000;
  const link = useQuery({
    queryKey: ['link'],
    queryFn: () => dataOf(controlPlane.GET(at)),
    refetchInterval: ({ state: { error } }) => (isOver(error) ? false : everyMs),
  });
  const isWaiting = link.data?.status.session.state === 'QR_READY';
  const qr = useQuery({
    queryKey: ['link-qr'],
    queryFn: async () => (await dataOf(controlPlane.GET(`${at}/qr`))) as QrView,
    enabled: isWaiting,
    gcTime: 0,
    refetchInterval: everyMs,
  });
  if (isOver(link.error)) {
    return (
      <Bare
        title="This link is no longer valid"
        text="It was used, has expired, or was replaced. Ask who sent it for a new one."
      />
    );
  }
  return (
    <main className="mx-auto w-full max-w-4xl px-5 py-10">
      <Answer of={link} what="The link" lines={6}>
        {(view) => (
          <>
            <h1 className="mb-6 text-2xl font-semibold tracking-tight">Link WhatsApp to {view.tenantName}</h1>
            <section className="rounded-xl border border-line bg-surface p-5">
              {view.isDone ? (
                <Told
                  stage={3}
                  title="Your WhatsApp is connected"
                  text="You can close this page. Nothing else is needed."
                />
              ) : isWaiting ? (
                <>
                  <ProgressSteps stage={1} />
                  <Linking
                    qr={qr.data}
                    phoneNumber={null}
                    requestPairingCode={(phoneNumber) =>
                      dataOf(controlPlane.POST(`${at}/pairing-code`, { body: { phone: phoneNumber } }))
                    }
                  />
                </>
              ) : view.status.session.state === 'AUTHENTICATING' ? (
                <Told
                  stage={1}
                  title="Phone linked, finishing set-up"
                  text="Keep WhatsApp open on your phone."
                />
              ) : (
                <Told
                  stage={0}
                  title={view.status.reason?.label ?? 'Getting a code'}
                  text={view.status.reason?.explanation ?? 'Usually under 30 seconds.'}
                >
                  <ActionButton
                    label="Show the code"
                    busyLabel="Starting…"
                    doneText="A code is on its way"
                    act={() => dataOf(controlPlane.POST(`${at}/start`))}
                    onDone={refresh}
                  />
                </Told>
              )}
            </section>
          </>
        )}
      </Answer>
    </main>
  );
}

/** Ended, or never opened in this browser. */
const isOver = (error: Error | null) => error instanceof Refused && [401, 404, 410].includes(error.status);

function Told(props: { stage: number; title: string; text: string; children?: ReactNode }) {
  return (
    <div aria-live="polite">
      <ProgressSteps stage={props.stage} />
      <h2 className="text-xl font-semibold">{props.title}</h2>
      <p className="mt-1 mb-4 text-soft">{props.text}</p>
      {props.children}
    </div>
  );
}
