'use client';

import type { CreatedTenantKey, KeyScope } from '@wafleet/contracts';
import { useState } from 'react';
import { FormDialog } from '@/calls/form-dialog';
import { formText } from '@/calls/form-text';
import { Checkbox, TextField } from '@/ui/field';

const scopes: { id: KeyScope; label: string; hint: string }[] = [
  { id: 'read', label: 'Read', hint: 'The status, messages and what happens.' },
  { id: 'send', label: 'Send', hint: 'Write messages, and take them back.' },
  { id: 'manage', label: 'Manage', hint: 'The session with its link to the phone, webhooks and keys.' },
];

export interface NewKeyBody {
  name: string;
  scopes: KeyScope[];
  addresses: string[];
}

export function NewKey(props: {
  create: (body: NewKeyBody) => Promise<CreatedTenantKey>;
  onCreated: () => void;
}) {
  const { create, onCreated } = props;
  const [chosen, setChosen] = useState<KeyScope[]>(['read', 'send']);
  const choose = (id: KeyScope, isChosen: boolean) =>
    setChosen((before) => (isChosen ? [...before, id] : before.filter((other) => other !== id)));
  return (
    <FormDialog
      button="Make a key"
      title="Make a key"
      text="For one program; give each its own."
      label="Make the key"
      busyLabel="Making…"
      isDisabled={chosen.length === 0}
      submit={(form) => create({ name: formText(form, 'name'), scopes: chosen, addresses: [] })}
      onDone={onCreated}
      secret={{
        title: 'The key',
        text: 'Give it to the program. It is shown this once; whoever has it can use it.',
        of: ({ key }) => key,
      }}
    >
      <TextField label="Name" name="name" hint="Of the program that gets it." required maxLength={100} />
      <fieldset className="flex flex-col gap-2">
        <legend className="mb-1 text-sm font-medium">What it opens</legend>
        {scopes.map(({ id, label, hint }) => (
          <Checkbox
            key={id}
            label={label}
            hint={hint}
            checked={chosen.includes(id)}
            onChange={({ target }) => choose(id, target.checked)}
          />
        ))}
      </fieldset>
    </FormDialog>
  );
}
