import type { Metadata } from 'next';
import { JobPage } from '@/console/bulk/job-page';

export const metadata: Metadata = { title: 'Job' };

export default async function Page({ params }: { params: Promise<{ jobId: string }> }) {
  return <JobPage jobId={(await params).jobId} />;
}
