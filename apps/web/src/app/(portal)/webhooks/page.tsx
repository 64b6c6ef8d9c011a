import type { Metadata } from 'next';
import { PageTitle } from '@/frame/frame';
import { Webhooks } from '@/portal/webhooks/webhooks';

export const metadata: Metadata = { title: 'Webhooks' };

export default function WebhooksPage() {
  return (
    <>
      <PageTitle title="Webhooks" text="Programs of yours that are told what happens." />
      <Webhooks />
    </>
  );
}
