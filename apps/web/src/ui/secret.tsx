'use client';

import { CopyButton } from './copy-button';
import { Dialog } from './dialog';

/** What is shown once; it is gone when this is closed. */
export function Secret(props: { title: string; text: string; secret: string | null; onClose: () => void }) {
  const { title, text, secret, onClose } = props;
  return (
    <Dialog isOpen={secret !== null} onClose={onClose} title={title} text={text}>
      <div className="flex flex-wrap items-center gap-3">
        <code data-secret className="min-w-0 grow rounded-lg bg-sunken p-3 text-sm break-all">
          {secret}
        </code>
        <CopyButton text={secret ?? ''} />
      </div>
    </Dialog>
  );
}
