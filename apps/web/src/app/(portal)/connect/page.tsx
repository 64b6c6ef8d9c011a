import type { Metadata } from 'next';
import { PageTitle } from '@/frame/frame';
import { ConnectSteps } from '@/portal/connect/connect-steps';

export const metadata: Metadata = { title: 'Connect' };

export default function ConnectPage() {
  return (
    <>
      <PageTitle
        title="Connect"
        text="Link your WhatsApp to this workspace. You need the phone that has it."
      />
      <ConnectSteps />
    </>
  );
}
