'use client';

import { Check } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import { buttonLook } from './button';
import { classNames } from './class-names';

export function Menu(props: { label: string; trigger: ReactNode; isWide?: boolean; children: ReactNode }) {
  const { label, trigger, isWide = false, children } = props;
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger
        aria-label={label}
        className={buttonLook({ kind: 'quiet', size: isWide ? 'small' : 'icon', className: 'min-h-10' })}
      >
        {trigger}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={4}
          className="z-50 min-w-44 rounded-lg border border-line bg-raised p-1 shadow-lg"
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

const item =
  'flex min-h-9 cursor-pointer items-center gap-2 rounded-md px-3 text-sm outline-none select-none data-[highlighted]:bg-sunken data-[disabled]:opacity-50';

export function MenuItem(props: {
  onSelect: () => void;
  isDanger?: boolean;
  isDisabled?: boolean;
  children: ReactNode;
}) {
  const { onSelect, isDanger = false, isDisabled = false, children } = props;
  return (
    <DropdownMenu.Item
      className={classNames(item, isDanger && 'text-bad')}
      disabled={isDisabled}
      onSelect={onSelect}
    >
      {children}
    </DropdownMenu.Item>
  );
}

/** One of several, of which one is chosen. */
export function MenuChoice(props: { isChosen: boolean; onSelect: () => void; children: ReactNode }) {
  return (
    <DropdownMenu.CheckboxItem className={item} checked={props.isChosen} onSelect={props.onSelect}>
      <span className="w-4">{props.isChosen ? <Check aria-hidden className="size-4" /> : null}</span>
      {props.children}
    </DropdownMenu.CheckboxItem>
  );
}

export function MenuNote({ children }: { children: ReactNode }) {
  return <DropdownMenu.Label className="px-3 py-2 text-xs text-soft">{children}</DropdownMenu.Label>;
}

export function MenuLine() {
  return <DropdownMenu.Separator className="my-1 h-px bg-line" />;
}
