'use client';

import { useQueryClient } from '@tanstack/react-query';
import { answerOf, controlPlane } from '@/calls/control-plane';
import { FormDialog } from '@/calls/form-dialog';
import { formText } from '@/calls/form-text';
import { Select, TextField } from '@/ui/field';
import { tell } from '@/ui/toast';

export function InvitePerson() {
  const answers = useQueryClient();
  const invite = (form: FormData) =>
    answerOf(
      controlPlane.POST('/portal/tenant/current/people', {
        body: {
          email: formText(form, 'email'),
          role: formText(form, 'role') === 'OWNER' ? 'OWNER' : 'STAFF',
        },
      }),
    );
  return (
    <FormDialog
      button="Invite somebody"
      title="Invite somebody"
      text="To this workspace, and no other."
      label="Invite"
      busyLabel="Inviting…"
      submit={invite}
      onDone={({ email, isMailed, invitationUrl }) => {
        void answers.invalidateQueries({ queryKey: ['people'] });
        if (isMailed) tell('The invitation was sent', { text: `To ${email}.` });
        else if (invitationUrl === null) tell('They can sign in as they are used to');
      }}
      secret={{
        title: 'The invitation',
        text: 'Send this link to the person; who opens it sets a password. It is shown this once.',
        of: ({ invitationUrl }) => invitationUrl,
      }}
    >
      <TextField label="E-mail" name="email" type="email" maxLength={254} autoComplete="off" required />
      <Select
        label="Role"
        name="role"
        hint="Staff read and send; owners also manage people, keys, webhooks and the link to the phone."
      >
        <option value="STAFF">Staff</option>
        <option value="OWNER">Owner</option>
      </Select>
    </FormDialog>
  );
}
