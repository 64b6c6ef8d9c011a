import type { Metadata } from 'next';
import { Account } from '@/account/account';
import { Installation } from '@/console/installation/installation';
import { PageTitle } from '@/frame/frame';
import { visitor } from '@/server/person';

export const metadata: Metadata = { title: 'Settings' };

export default async function SettingsPage() {
  const who = await visitor();
  const isOperator = who.kind === 'person' && who.person.fleetRole !== null;
  return (
    <>
      <PageTitle title="Settings" text="Your password, and where you are signed in." />
      <div className="flex flex-col gap-5">
        <Account />
        {isOperator ? <Installation /> : null}
      </div>
    </>
  );
}
