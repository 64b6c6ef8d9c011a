import { spawn } from 'node:child_process';
import { z } from 'zod';
import { tenantArgument } from '../arguments';
import { defineVerb } from '../verb';

export const openVerb = defineVerb({
  usage: 'open [tenant]',
  summary: 'Open the console in a browser; without a display, print its address',
  input: z.strictObject({ tenant: tenantArgument.optional() }),
  json: z.object({ url: z.string(), isOpened: z.boolean() }),
  async run(context, { tenant: called }) {
    const { access } = context.api();
    const tenant = called === undefined ? null : await context.findTenant(called);
    // Without web pages there is still the page of the API.
    const url =
      access.webUrl === undefined
        ? `${access.url}/docs`
        : `${access.webUrl}/fleet${tenant === null ? '' : `/${tenant.id}`}`;
    const isOpened = context.config.hasDisplay && context.terminal.canRedraw && (await openBrowser(url));
    return { data: { url, isOpened }, text: url };
  },
});

function openBrowser(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const opener = spawn('xdg-open', [url], { stdio: 'ignore', detached: true });
    opener.once('error', () => resolve(false));
    opener.once('spawn', () => {
      opener.unref();
      resolve(true);
    });
  });
}
