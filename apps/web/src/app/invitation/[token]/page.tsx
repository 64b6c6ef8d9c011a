import type { Metadata } from 'next';
import { AcceptInvitation } from '@/sign-in/accept-invitation';

export const metadata: Metadata = { title: 'Invitation' };

/** Looking at it uses nothing up; what is behind the link is asked for by the page, not by who fetches it for a preview. */
export default async function InvitationPage({ params }: { params: Promise<{ token: string }> }) {
  return <AcceptInvitation token={(await params).token} />;
}
