'use client';

import { useRouter } from 'next/navigation';
import { answerOf, controlPlane } from '@/calls/control-plane';
import { FormDialog } from '@/calls/form-dialog';
import { formText } from '@/calls/form-text';
import { Checkbox, TextField } from '@/ui/field';

export function AddTenant() {
  const router = useRouter();
  const add = (form: FormData) => {
    const phoneNumber = formText(form, 'phoneNumber');
    return answerOf(
      controlPlane.POST('/admin/tenants', {
        body: {
          name: formText(form, 'name'),
          start: form.get('start') !== null,
          ...(phoneNumber === '' ? {} : { phoneNumber }),
        },
      }),
    );
  };
  return (
    <FormDialog
      button="Add a tenant"
      title="Add a tenant"
      label="Add"
      busyLabel="Adding…"
      submit={add}
      onDone={({ id }) => router.push(`/fleet/${id}`)}
    >
      <TextField label="Name" name="name" maxLength={100} required autoComplete="off" />
      <TextField
        label="Number"
        name="phoneNumber"
        inputMode="tel"
        autoComplete="off"
        hint="The one it is expected to link, such as +15550100. May be left empty."
      />
      <Checkbox label="Start its session at once" name="start" defaultChecked />
    </FormDialog>
  );
}
