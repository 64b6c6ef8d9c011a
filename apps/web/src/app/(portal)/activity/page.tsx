import type { Metadata } from 'next';
import { PageTitle } from '@/frame/frame';
import { Activity } from '@/portal/activity';

export const metadata: Metadata = { title: 'Activity' };

export default function ActivityPage() {
  return (
    <>
      <PageTitle title="Activity" text="What happened, and who did it." />
      <Activity />
    </>
  );
}
