'use client';

import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { buttonLook } from './button';
import { classNames } from './class-names';

/** In the middle of the page; at its right edge, over the whole height, as a drawer. */
export function Dialog(props: {
  isOpen: boolean;
  onClose: () => void;
  title: ReactNode;
  /** What it is about, in a sentence. */
  text?: ReactNode;
  isDrawer?: boolean;
  children?: ReactNode;
}) {
  const { isOpen, onClose, title, text, isDrawer = false, children } = props;
  return (
    <Radix.Root open={isOpen} onOpenChange={(open) => (open ? undefined : onClose())}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-[#00000080]" />
        <Radix.Content
          {...(text ? {} : { 'aria-describedby': undefined })}
          className={classNames(
            'fixed z-50 overflow-y-auto bg-raised p-5 shadow-xl outline-none',
            isDrawer
              ? 'inset-y-0 right-0 w-full max-w-md border-l border-line'
              : 'top-1/2 left-1/2 max-h-[90dvh] w-[calc(100%-2rem)] max-w-lg -translate-x-1/2 -translate-y-1/2 rounded-xl border border-line',
          )}
        >
          <div className="flex items-start justify-between gap-4">
            <Radix.Title className="text-lg font-semibold">{title}</Radix.Title>
            <Radix.Close
              aria-label="Close"
              className={buttonLook({ kind: 'quiet', size: 'icon', className: '-mt-2 -mr-2' })}
            >
              <X aria-hidden className="size-4" />
            </Radix.Close>
          </div>
          {text ? <Radix.Description className="mt-1 text-soft">{text}</Radix.Description> : null}
          <div className="mt-4">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** Where the buttons of a dialog stand. */
export function DialogButtons({ children }: { children: ReactNode }) {
  return <div className="mt-5 flex flex-wrap justify-end gap-2">{children}</div>;
}
