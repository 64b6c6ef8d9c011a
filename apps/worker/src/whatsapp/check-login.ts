import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import puppeteer from 'puppeteer';
import { z } from 'zod';
import { launchOptions } from './browser/browser';
import { sparePipes } from './browser/spare-pipes';

/** What a trial is told, as JSON in its one argument. */
const settingsSchema = z.object({
  /** With `profile`, `home` and `tmp`; what was found is written there, as `found.json`. */
  folder: z.string(),
  executablePath: z.string(),
  headless: z.enum(['shell', 'new']),
  sandbox: z.boolean(),
  extraArgs: z.array(z.string()),
  timeoutMs: z.number().int().positive(),
  /** Standard input is a pipe of whoever started it; it ends when that does. */
  parentPipe: z.boolean().default(false),
});

type Settings = z.output<typeof settingsSchema>;

const whatsapp = 'https://web.whatsapp.com/';

/** The last word, whatever else the browser is told: a proxy that is not there, and no name is known. */
const withoutNetwork = [
  '--proxy-server=http://127.0.0.1:9',
  '--proxy-bypass-list=<-loopback>',
  '--host-resolver-rules=MAP * ~NOTFOUND',
  '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
  '--disable-background-networking',
];

/** In the page: whom the profile is linked to, and how many records the store of its keys has. */
const look = `(async () => {
  const wid = localStorage.getItem('last-wid-md');
  const settled = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  let keys = 0;
  try {
    const known = await indexedDB.databases();
    if (!known.some(({ name }) => name === 'signal-storage')) return { wid, keys };
    const database = await settled(indexedDB.open('signal-storage'));
    for (const store of database.objectStoreNames)
      keys += await settled(database.transaction(store).objectStore(store).count());
  } catch {}
  return { wid, keys };
})()`;

/**
 * Looks at the login in a copy of a profile, with the very browser that would use it and without any network. WhatsApp's
 * page is not loaded: an empty one stands in its place, so that its stores are there to be read, and every other request
 * is refused. So nobody signs in, and nothing is counted further.
 *
 * @returns the exit code: 0 where something was found out
 */
export async function checkLogin(argument: string | undefined): Promise<number> {
  const settings = settingsSchema.parse(JSON.parse(argument ?? 'null'));
  // Neither this nor its browser stays for longer than somebody waits for it.
  setTimeout(() => process.exit(1), settings.timeoutMs).unref();
  if (settings.parentPipe) process.stdin.resume().once('close', () => process.exit(1));
  const [found, code] = await find(settings).then(
    (login) => [login, 0] as const,
    (error: unknown) => [{ problem: error instanceof Error ? error.message : String(error) }, 1] as const,
  );
  await writeFile(join(settings.folder, 'found.json'), JSON.stringify(found), { flag: 'wx' });
  return code;
}

async function find(settings: Settings): Promise<{ number: string | null; keys: number }> {
  const { folder, executablePath, extraArgs, timeoutMs } = settings;
  const options = launchOptions(
    {
      ...settings,
      tenantId: 'trial',
      tenantDir: folder,
      extraArgs: [...extraArgs, ...withoutNetwork],
      launcherPath: executablePath,
      launchTimeoutMs: timeoutMs,
      environment: { PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8', TZ: 'UTC' },
    },
    null,
  );
  const browser = await puppeteer.launch({ ...options, userDataDir: join(folder, 'profile/session') });
  sparePipes(browser);
  try {
    const page = await browser.newPage();
    // What the live page left to answer in its place has nothing to answer with.
    await page.setBypassServiceWorker(true);
    await page.setRequestInterception(true);
    page.on('request', (request) => {
      const answer =
        request.url() === whatsapp
          ? request.respond({ status: 200, contentType: 'text/html', body: '<!doctype html>' })
          : request.abort('internetdisconnected');
      answer.catch(() => undefined);
    });
    await page.goto(whatsapp, { waitUntil: 'domcontentloaded', timeout: timeoutMs });
    const { wid, keys } = (await page.evaluate(look)) as { wid: string | null; keys: number };
    return { number: /^"?(\d+)[:.@]/.exec(wid ?? '')?.[1] ?? null, keys };
  } finally {
    await browser.close().catch(() => undefined);
  }
}
