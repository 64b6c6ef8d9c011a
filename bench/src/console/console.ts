import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { endAll, placeForWeb, startWeb, startWebBrowser, type WebPage } from '@wafleet/testing';
import { atLeastOne } from '../arguments';
import type { Report } from '../report';
import { startSimulatedFleet } from './simulated-fleet';

type Page = WebPage['page'];

/** Longer than this and one was not shown in time. */
const frameMs = 25;

/** The fleet's page with thousands of tenants that change all the time: `--tenants 5000 --changes 100 --seconds 10`. */
export async function measureConsole(report: Report, args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      tenants: { type: 'string', default: '5000' },
      changes: { type: 'string', default: '100' },
      seconds: { type: 'string', default: '10' },
    },
  });
  const tenants = atLeastOne('--tenants', values.tenants);
  const changesPerSecond = atLeastOne('--changes', values.changes);
  const seconds = atLeastOne('--seconds', values.seconds);
  report.line(
    `${tenants} simulated tenants, ${changesPerSecond} changes a second, ${seconds} s for each figure.`,
  );
  const ends: (() => Promise<unknown>)[] = [];
  try {
    const fleet = await startSimulatedFleet({ tenants, changesPerSecond });
    ends.unshift(() => fleet.stop());
    const place = await placeForWeb();
    const portalKey = 'x'.repeat(40);
    const web = await startWeb(place, { stack: { portalKey }, controlPlaneUrl: fleet.url });
    ends.unshift(() => web.end());
    const browser = await startWebBrowser(place.url);
    ends.unshift(() => browser.close());
    const window = await browser.open({ viewport: { width: 1440, height: 900 } });
    await measurePage(report, window.page, { url: place.url, seconds });
  } finally {
    await endAll(ends);
  }
}

async function measurePage(
  report: Report,
  page: Page,
  options: { url: string; seconds: number },
): Promise<void> {
  const { url, seconds } = options;
  await page.context().addCookies([{ name: 'bench', value: '1', url }]);
  const scripts: Promise<Buffer>[] = [];
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script') scripts.push(response.body());
  });
  await page.addInitScript(watchFrames);
  await page.goto('/fleet');
  await page
    .getByRole('link', { name: /^Tenant \d/ })
    .first()
    .waitFor();
  const paint = await page.evaluate('globalThis.bench.firstRowMs');
  report.add('first row on the screen', `${Math.round(Number(paint))} ms after the address was asked for`);
  const bodies = await Promise.all(scripts);
  const raw = bodies.reduce((sum, body) => sum + body.length, 0);
  const packed = bodies.reduce((sum, body) => sum + gzipSync(body).length, 0);
  report.add('script', `${kilobytes(packed)} packed, ${kilobytes(raw)} as it is`);

  const phases: [name: string, act: () => Promise<void>][] = [
    ['at rest', async () => undefined],
    ['while it is scrolled', () => scroll(page)],
    ['while a search is typed', () => type(page)],
  ];
  await page.mouse.move(0, 0);
  for (const [name, act] of phases) {
    await page.evaluate('globalThis.bench.begin()');
    const until = Date.now() + seconds * 1_000;
    do {
      await act();
      await page.waitForTimeout(50);
    } while (Date.now() < until);
    const { frames, dropped, worstMs, longTasks, longMs } =
      await page.evaluate<Seen>('globalThis.bench.end()');
    report.add(
      name,
      `${dropped} of ${frames} frames late, the worst ${Math.round(worstMs)} ms; ${longTasks} long tasks, ${Math.round(longMs)} ms in all`,
    );
  }
}

interface Seen {
  frames: number;
  dropped: number;
  worstMs: number;
  longTasks: number;
  longMs: number;
}

async function scroll(page: Page): Promise<void> {
  await page.mouse.move(600, 600);
  await page.mouse.wheel(0, 700);
}

async function type(page: Page): Promise<void> {
  const search = page.getByLabel('Search tenants');
  await search.fill('');
  await search.pressSequentially('tenant 12', { delay: 80 });
}

const kilobytes = (bytes: number) => `${Math.round(bytes / 1024)} KiB`;

/** Runs in the page, before anything of it. */
const watchFrames = `(() => {
  const seen = { frames: 0, dropped: 0, worstMs: 0, longTasks: 0, longMs: 0 };
  globalThis.bench = {
    firstRowMs: null,
    begin() { Object.assign(seen, { frames: 0, dropped: 0, worstMs: 0, longTasks: 0, longMs: 0 }); },
    end: () => ({ ...seen }),
  };
  let last = performance.now();
  const frame = (now) => {
    const ms = now - last;
    last = now;
    seen.frames += 1;
    if (ms > ${frameMs}) seen.dropped += 1;
    seen.worstMs = Math.max(seen.worstMs, ms);
    if (globalThis.bench.firstRowMs === null && document.querySelector('a[href^="/fleet/ten_"]')) globalThis.bench.firstRowMs = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) {
      seen.longTasks += 1;
      seen.longMs += duration;
    }
  }).observe({ type: 'longtask' });
})()`;
