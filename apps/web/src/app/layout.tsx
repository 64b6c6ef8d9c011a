import '@fontsource-variable/inter/wght.css';
import './globals.css';
import type { Metadata, Viewport } from 'next';
import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { isTheme, themeCookie } from '@/frame/theme';
import { Toasts } from '@/ui/toast';
import { Answers } from '@/calls/answers';

export const metadata: Metadata = {
  title: { default: 'Wafleet', template: '%s · Wafleet' },
  robots: { index: false, follow: false },
};

export const viewport: Viewport = { width: 'device-width', initialScale: 1 };

export default async function RootLayout({ children }: { children: ReactNode }) {
  const theme = (await cookies()).get(themeCookie)?.value;
  return (
    <html lang="en" data-theme={isTheme(theme) ? theme : undefined}>
      <body>
        <Answers>{children}</Answers>
        <Toasts />
      </body>
    </html>
  );
}
