'use client';

import { useQueryClient } from '@tanstack/react-query';
import { answerOf, controlPlane } from '@/calls/control-plane';
import { FormDialog } from '@/calls/form-dialog';
import { formText } from '@/calls/form-text';
import { TextField } from '@/ui/field';

export const secretWords = {
  title: 'The secret of the webhook',
  text: 'Your program checks signatures with it. It is shown this once.',
};

export function NewWebhook() {
  const answers = useQueryClient();
  const add = (form: FormData) =>
    answerOf(
      controlPlane.POST('/portal/tenant/current/webhooks', {
        body: { url: formText(form, 'url'), description: formText(form, 'description'), events: null },
      }),
    );
  return (
    <FormDialog
      button="Add a webhook"
      title="Add a webhook"
      text="It is told of everything that happens from now on."
      label="Add"
      busyLabel="Adding…"
      submit={add}
      onDone={() => void answers.invalidateQueries({ queryKey: ['webhooks'] })}
      secret={{ ...secretWords, of: ({ secret }) => secret }}
    >
      <TextField
        label="Address"
        name="url"
        type="url"
        placeholder="https://shop.example/whatsapp"
        hint="Public, and https."
        required
      />
      <TextField label="What it is for" name="description" maxLength={200} />
    </FormDialog>
  );
}
