import type { Metadata } from 'next';
import { PageTitle } from '@/frame/frame';
import { Groups } from '@/portal/groups/groups';

export const metadata: Metadata = { title: 'Groups' };

export default function GroupsPage() {
  return (
    <>
      <PageTitle title="Groups" text="The groups that your WhatsApp is in, as it knows them now." />
      <Groups />
    </>
  );
}
