import type { Metadata } from 'next';
import { IncidentPage } from '@/console/incidents/incident-page';

export const metadata: Metadata = { title: 'Incident' };

export default async function Page({ params }: { params: Promise<{ incidentId: string }> }) {
  return <IncidentPage incidentId={(await params).incidentId} />;
}
