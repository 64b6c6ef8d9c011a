import type { Metadata } from 'next';
import { Onboarding } from '@/onboarding/onboarding';
import { OpenLink } from '@/onboarding/open-link';

export const metadata: Metadata = { title: 'Link your WhatsApp' };

/**
 * Looking at it shows a button and nothing else, so that what fetches links for a preview uses nothing up. Once it is
 * pressed, the link is this browser's, and the page is `/link/current`: the token stands in no address any more.
 */
export default async function LinkPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  return token === 'current' ? <Onboarding /> : <OpenLink token={token} />;
}
