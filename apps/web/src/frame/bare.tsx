import type { ReactNode } from 'react';
import { Brand } from './brand';

/** A page with one thing on it, for who is not signed in, or where nothing else can be shown. */
export function Bare({ title, text, children }: { title: string; text?: ReactNode; children?: ReactNode }) {
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-md flex-col justify-center gap-6 px-5 py-10">
      <Brand />
      <div>
        <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
        {text ? <p className="mt-2 text-soft">{text}</p> : null}
      </div>
      {children}
    </main>
  );
}
