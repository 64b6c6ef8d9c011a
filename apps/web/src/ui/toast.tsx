'use client';

import { toast, Toaster } from 'sonner';

/** Short news of what somebody asked for. */
export function Toasts() {
  return (
    <Toaster
      position="bottom-right"
      toastOptions={{
        style: { background: 'var(--raised)', color: 'var(--ink)', border: '1px solid var(--line)' },
      }}
    />
  );
}

export function tell(title: string, options: { text?: string; link?: { label: string; href: string } } = {}) {
  const { text, link } = options;
  toast.success(title, {
    description: text,
    ...(link ? { action: <ToastLink {...link} /> } : {}),
  });
}

/** Stays until it is put away: somebody must be able to read it. */
export function tellFailure(title: string, text?: string) {
  toast.error(title, { description: text, duration: 20_000, closeButton: true });
}

function ToastLink({ label, href }: { label: string; href: string }) {
  return (
    <a href={href} className="ml-auto text-sm font-medium text-accent underline">
      {label}
    </a>
  );
}
