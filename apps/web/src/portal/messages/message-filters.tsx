'use client';

import { usePathname, useRouter, useSearchParams } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { Select, TextField } from '@/ui/field';
import { SubmitButton } from '@/ui/submit-button';
import type { MessageFilter } from '../answers';
import { directions, type FilterField, filterFields, filterOf } from './filter-of';
import { statusLooks } from './message-text';

/** Filters live in the address, so that it can be kept and sent to somebody. */
export function useMessageFilter() {
  const search = useSearchParams();
  const router = useRouter();
  const path = usePathname();
  const fields = Object.fromEntries(filterFields.map((name) => [name, search.get(name) ?? ''])) as Record<
    FilterField,
    string
  >;
  const setFields = (changed: Partial<Record<FilterField, string>>) => {
    const kept = Object.entries({ ...fields, ...changed }).filter(([, value]) => value !== '');
    const text = new URLSearchParams(kept).toString();
    router.replace(text === '' ? path : `${path}?${text}`, { scroll: false });
  };
  const clear = () => router.replace(path, { scroll: false });
  const filter: MessageFilter = filterOf(fields);
  return { fields, filter, setFields, clear, isFiltered: Object.keys(filter).length > 0 };
}

export function MessageFilters(props: {
  fields: Record<FilterField, string>;
  onChange: (changed: Partial<Record<FilterField, string>>) => void;
}) {
  const { fields, onChange } = props;
  const [chat, setChat] = useState(fields.chat);
  const [problem, setProblem] = useState<string | null>(null);
  const byChat = (event: FormEvent) => {
    event.preventDefault();
    const text = chat.replace(/[\s()-]/g, '');
    const isChat = text === '' || /^\+?[1-9]\d{6,14}$/.test(text) || /^[\d-]+@(c|g)\.us$/.test(text);
    setProblem(isChat ? null : 'Write a number as +1 555 0100.');
    if (isChat) onChange({ chat: text });
  };
  return (
    <form
      className="grid items-start gap-3 sm:grid-cols-2 lg:grid-cols-[9rem_10rem_10rem_10rem_1fr_auto]"
      role="search"
      onSubmit={byChat}
      noValidate
    >
      <Select
        label="Direction"
        value={fields.direction}
        onChange={({ target }) => onChange({ direction: target.value })}
      >
        <option value="">Both</option>
        {Object.entries(directions).map(([value, word]) => (
          <option key={value} value={value}>
            {word}
          </option>
        ))}
      </Select>
      <Select
        label="Status"
        value={fields.status}
        onChange={({ target }) => onChange({ status: target.value })}
      >
        <option value="">All</option>
        {Object.entries(statusLooks).map(([value, { word }]) => (
          <option key={value} value={value}>
            {word}
          </option>
        ))}
      </Select>
      <TextField
        label="From day"
        type="date"
        value={fields.from}
        max={fields.to}
        onChange={({ target }) => onChange({ from: target.value })}
      />
      <TextField
        label="To day"
        type="date"
        value={fields.to}
        min={fields.from}
        onChange={({ target }) => onChange({ to: target.value })}
      />
      <TextField
        label="Contact"
        type="search"
        placeholder="+1 555 0100"
        value={chat}
        problem={problem}
        onChange={(event) => setChat(event.target.value)}
      />
      <SubmitButton kind="plain" className="lg:mt-6">
        Find
      </SubmitButton>
    </form>
  );
}
