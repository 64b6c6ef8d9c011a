import type { Metadata } from 'next';
import { PageTitle } from '@/frame/frame';
import { Keys } from '@/portal/keys';

export const metadata: Metadata = { title: 'Keys' };

export default function KeysPage() {
  return (
    <>
      <PageTitle title="Keys" text="What your programs use to send and read through the API." />
      <Keys />
    </>
  );
}
