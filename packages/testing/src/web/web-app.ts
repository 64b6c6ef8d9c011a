import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { eventually } from '../eventually';
import { freePort } from '../free-port';
import { type ServerProcess, startServerProcess } from '../stack/server-process';
import type { Stack } from '../stack/stack';

const program = resolve(__dirname, '../../../../apps/web/dist/apps/web/main.cjs');

/** Where the web app will be, which the control plane must know before. */
export interface WebPlace {
  port: number;
  url: string;
  /** For the control plane: it trusts pages of this place, and has somebody who can sign in. */
  env: Record<string, string>;
}

export const firstAdmin = { email: 'admin@example.com', password: 'correct horse battery' };

export async function placeForWeb(): Promise<WebPlace> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    PUBLIC_URL: url,
    FIRST_ADMIN_EMAIL: firstAdmin.email,
    FIRST_ADMIN_PASSWORD: firstAdmin.password,
  };
  return { port, url, env };
}

/** The web app as it was built, in front of a control plane that was started with the place's environment. */
export async function startWeb(
  place: WebPlace,
  options: { stack: Pick<Stack, 'portalKey'>; controlPlaneUrl: string },
): Promise<ServerProcess> {
  const server = startServerProcess({
    command: process.execPath,
    args: [program],
    env: {
      PATH: process.env.PATH ?? '',
      NODE_ENV: 'production',
      NEXT_TELEMETRY_DISABLED: '1',
      HOSTNAME: '127.0.0.1',
      PORT: String(place.port),
      CONTROL_PLANE_URL: options.controlPlaneUrl,
      PORTAL_KEY: options.stack.portalKey,
    },
  });
  await eventually(
    () =>
      fetch(`${place.url}/healthz`, { signal: AbortSignal.timeout(2_000) }).then(
        ({ ok }) => ok,
        () => false,
      ),
    { timeoutMs: 60_000, what: () => `the web app; it printed:\n${server.output().slice(-4_000)}` },
  ).catch(async (error: unknown) => {
    await server.end('SIGKILL');
    throw error;
  });
  return server;
}

/** What finds faults of accessibility in a page, as a script. */
export function axeSource(): string {
  return readFileSync(join(require.resolve('axe-core'), '../axe.min.js'), 'utf8');
}
