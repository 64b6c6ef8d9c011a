import { expect } from '@jest/globals';
import { seriousFindings, type WebPage } from '@wafleet/testing';
import { type Look, takePicture } from './page-pictures';

/** A page, and what is on it once it is there. */
export interface Visit {
  path: string;
  /** Of its picture. */
  name: string;
  shows: string;
}

/** Visits pages: each is live, free of serious findings, no wider than the window, and asks no other host. */
export async function expectWhole(window: WebPage, pages: readonly Visit[], look: Look): Promise<void> {
  const { page, foreign, errors } = window;
  for (const { path, name, shows } of pages) {
    await page.goto(path);
    await page.getByText(shows).first().waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    expect([path, await seriousFindings(page)]).toEqual([path, []]);
    const isWider = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
    expect([path, isWider]).toEqual([path, false]);
    await takePicture(page, name, look);
  }
  expect(foreign).toEqual([]);
  expect(errors).toEqual([]);
}

/** Visits pages that have nothing to show: each says what would be there. */
export async function expectEmptyWords(
  { page }: WebPage,
  pages: readonly { path: string; whenEmpty: string }[],
): Promise<void> {
  for (const { path, whenEmpty } of pages) {
    await page.goto(path);
    await page.getByText(whenEmpty).first().waitFor();
    expect([path, await seriousFindings(page)]).toEqual([path, []]);
  }
}

/** Visits pages as somebody who is not signed in. */
export async function expectSignIn({ page }: WebPage, pages: readonly { path: string }[]): Promise<void> {
  for (const { path } of pages) {
    await page.goto(path);
    expect([path, new URL(page.url()).pathname]).toEqual([path, '/sign-in']);
  }
}
