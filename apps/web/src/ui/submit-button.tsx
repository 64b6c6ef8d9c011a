'use client';

import { type ComponentProps, useSyncExternalStore } from 'react';
import { Button } from './button';

/**
 * Sends its form. It can be pressed as soon as the page listens: a form that is sent before is sent by the browser
 * itself, with its fields, a password among them, in the address.
 */
export function SubmitButton({ disabled = false, ...rest }: Omit<ComponentProps<typeof Button>, 'type'>) {
  const isListening = useSyncExternalStore(neverChanges, onPage, onServer);
  return <Button type="submit" disabled={disabled || !isListening} {...rest} />;
}

const neverChanges = () => () => undefined;
const onPage = () => true;
const onServer = () => false;
