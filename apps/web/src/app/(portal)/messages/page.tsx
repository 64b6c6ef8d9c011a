import type { Metadata } from 'next';
import { PageTitle } from '@/frame/frame';
import { Messages } from '@/portal/messages/messages';

export const metadata: Metadata = { title: 'Messages' };

export default function MessagesPage() {
  return (
    <>
      <PageTitle title="Messages" />
      <Messages />
    </>
  );
}
