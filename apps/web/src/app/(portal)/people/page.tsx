import type { Metadata } from 'next';
import { PageTitle } from '@/frame/frame';
import { People } from '@/portal/people/people';

export const metadata: Metadata = { title: 'People' };

export default function PeoplePage() {
  return (
    <>
      <PageTitle title="People" text="Who may use this workspace." />
      <People />
    </>
  );
}
