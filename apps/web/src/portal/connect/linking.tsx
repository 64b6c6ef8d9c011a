'use client';

import type { PairingCodeView, QrView } from '@wafleet/contracts';
import { type ReactNode, useState } from 'react';
import { Waiting } from '@/ui/notice';
import { Tabs } from '@/ui/tabs';
import { PairingCode } from './pairing-code';
import { QrCode } from './qr-code';

const steps = [
  'Open WhatsApp on the phone that you want to link.',
  'Tap Settings (on Android the three dots), then Linked devices.',
  'Tap Link a device, and unlock the phone if it asks.',
  'Point the phone at the code here.',
];

/** The step in which a phone is linked: by scanning, or by typing a code. What shows it gives what it needs. */
export function Linking(props: {
  qr: QrView | undefined;
  /** Of the phone that is expected. */
  phoneNumber: string | null;
  requestPairingCode: (phoneNumber: string) => Promise<PairingCodeView>;
  /** Where no code to scan is shown for now. */
  withoutCode?: ReactNode;
}) {
  const { qr, phoneNumber, requestPairingCode, withoutCode } = props;
  const [way, setWay] = useState('qr');
  const byScan = (
    <div className="grid items-start gap-8 md:grid-cols-[1fr_auto]">
      <ol className="flex flex-col gap-4">
        {steps.map((step, place) => (
          <li key={step} className="flex gap-3">
            <span
              aria-hidden
              className="flex size-7 shrink-0 items-center justify-center rounded-full bg-rest-soft text-sm font-semibold"
            >
              {place + 1}
            </span>
            <span className="pt-0.5">{step}</span>
          </li>
        ))}
      </ol>
      <div className="flex min-h-80 min-w-72 flex-col items-center justify-center">
        {qr?.raw ? (
          <QrCode text={qr.raw} sequence={qr.sequence ?? 0} expiresAt={qr.expiresAt} />
        ) : (
          (withoutCode ?? <Waiting label="The code: loading" />)
        )}
      </div>
    </div>
  );
  const byCode = (
    <div className="max-w-lg">
      <PairingCode phoneNumber={phoneNumber} request={requestPairingCode} />
    </div>
  );
  return (
    <Tabs
      label="How to link"
      value={way}
      onChange={setWay}
      tabs={[
        { id: 'qr', label: 'Scan a code', content: byScan },
        { id: 'pairing', label: 'Use a pairing code instead', content: byCode },
      ]}
    />
  );
}
