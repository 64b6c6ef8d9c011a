import { expect } from '@jest/globals';
import { seriousFindings, type WebPage } from '@wafleet/testing';

/**
 * Visits pages whose calls are held back, then refused, then let through: each says that it waits, then what could not be
 * fetched, and is whole once somebody tries again.
 * @param options.asked the calls that make up what the pages show
 */
export async function expectPatience(
  { page }: WebPage,
  options: { pages: readonly { path: string; shows: string }[]; asked: RegExp },
): Promise<void> {
  for (const { path, shows } of options.pages) {
    const held: (() => void)[] = [];
    let isAway = true;
    await page.route(options.asked, async (route) => {
      await new Promise<void>((resolve) => held.push(resolve));
      if (isAway) await route.fulfill({ status: 404, body: '{}', contentType: 'application/json' });
      else await route.continue();
    });
    await page.goto(path);
    await page
      .getByRole('status', { name: /: loading$/ })
      .first()
      .waitFor();
    expect([path, await seriousFindings(page)]).toEqual([path, []]);
    const letGo = () => held.splice(0).forEach((go) => go());
    let lettingGo = setInterval(letGo, 50);
    try {
      await page
        .getByText(/could not be fetched$/)
        .first()
        .waitFor();
      expect([path, await seriousFindings(page)]).toEqual([path, []]);
      // Nothing is answered from here to the click: else a page that asks by itself may be whole before it.
      clearInterval(lettingGo);
      await page.getByRole('button', { name: 'Try again' }).first().click();
      isAway = false;
      lettingGo = setInterval(letGo, 50);
      await page.getByText(shows).first().waitFor();
    } finally {
      clearInterval(lettingGo);
      letGo();
      await page.unrouteAll({ behavior: 'ignoreErrors' });
    }
  }
}
