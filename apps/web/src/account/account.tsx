'use client';

import { Card } from '@/ui/card';
import { ChangePassword } from './change-password';
import { SignIns } from './sign-ins';

/** A person's own, wherever they work: the password, and where they are signed in. */
export function Account() {
  return (
    <div className="grid items-start gap-5 lg:grid-cols-2">
      <Card title="Password">
        <ChangePassword />
      </Card>
      <Card title="Where you are signed in">
        <SignIns />
      </Card>
    </div>
  );
}
