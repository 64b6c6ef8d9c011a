import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { WebBrowser, WebPage } from '@wafleet/testing';

const folder = resolve(__dirname, '../../docs/screenshots');

export type Look = 'light' | 'dark' | 'phone';
type Looks = NonNullable<Parameters<WebBrowser['open']>[0]>;

/** The looks in which every page is visited. */
export const looks: Record<Look, Looks> = {
  light: { colorScheme: 'light', viewport: { width: 1120, height: 720 } },
  dark: { colorScheme: 'dark', viewport: { width: 1120, height: 720 } },
  phone: { colorScheme: 'light', viewport: { width: 390, height: 780 }, isMobile: true, hasTouch: true },
};

/** With SCREENSHOTS=1 the page as it is becomes `docs/screenshots/<name>-<look>.png`; without, nothing happens. */
export async function takePicture(page: WebPage['page'], name: string, look: Look): Promise<void> {
  if (process.env['SCREENSHOTS'] !== '1') return;
  mkdirSync(folder, { recursive: true });
  // Times pass; everything else of a picture is the same the next time.
  await page.screenshot({ path: join(folder, `${name}-${look}.png`), animations: 'disabled', caret: 'hide' });
}
