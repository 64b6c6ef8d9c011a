import type { Metadata } from 'next';
import { TenantPage } from '@/console/tenant/tenant-page';

export const metadata: Metadata = { title: 'Tenant' };

export default async function Page({ params }: { params: Promise<{ tenantId: string }> }) {
  return <TenantPage tenantId={(await params).tenantId} />;
}
