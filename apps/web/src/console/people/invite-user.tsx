'use client';

import { useState } from 'react';
import { answerOf, controlPlane } from '@/calls/control-plane';
import { FormDialog } from '@/calls/form-dialog';
import { formText } from '@/calls/form-text';
import { Select, TextField } from '@/ui/field';
import { tell } from '@/ui/toast';

const kinds = {
  ADMIN: { label: 'An operator who acts', body: { fleetRole: 'ADMIN' } },
  VIEWER: { label: 'An operator who reads', body: { fleetRole: 'VIEWER' } },
  OWNER: { label: 'An owner of a tenant', body: { tenantRole: 'OWNER' } },
  STAFF: { label: 'Staff of a tenant', body: { tenantRole: 'STAFF' } },
} as const;
type Kind = keyof typeof kinds;

/** The link is shown where the invitation was not mailed, and one is needed. */
export function InviteUser({ onInvited }: { onInvited: () => void }) {
  const [kind, setKind] = useState<Kind>('VIEWER');
  const isOfTenant = kind === 'OWNER' || kind === 'STAFF';
  const invite = (form: FormData) => {
    const name = formText(form, 'name');
    return answerOf(
      controlPlane.POST('/admin/users', {
        body: {
          email: formText(form, 'email'),
          ...(name === '' ? {} : { name }),
          ...kinds[kind].body,
          ...(isOfTenant ? { tenantId: formText(form, 'tenantId') } : {}),
        },
      }),
    );
  };
  return (
    <FormDialog
      button="Invite"
      title="Invite somebody"
      label="Invite"
      busyLabel="Inviting…"
      submit={invite}
      onDone={({ email, isMailed }) => {
        if (isMailed) tell('The invitation is mailed', { text: `To ${email}.` });
        onInvited();
      }}
      secret={{
        title: 'The invitation',
        text: 'Send this link to the person; it is shown this once, and lets its holder set a password.',
        of: ({ invitationUrl }) => invitationUrl,
      }}
    >
      <TextField label="E-mail" name="email" type="email" maxLength={254} autoComplete="off" required />
      <TextField label="Name" name="name" maxLength={100} autoComplete="off" />
      <Select label="As" value={kind} onChange={(event) => setKind(event.target.value as Kind)}>
        {Object.entries(kinds).map(([id, { label }]) => (
          <option key={id} value={id}>
            {label}
          </option>
        ))}
      </Select>
      {isOfTenant ? (
        <TextField
          label="Tenant"
          name="tenantId"
          placeholder="ten_…"
          hint="Its id, as its page shows."
          autoComplete="off"
          spellCheck={false}
          required
        />
      ) : null}
    </FormDialog>
  );
}
