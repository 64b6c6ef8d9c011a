import {
  type ControlPlane,
  endAll,
  firstAdmin,
  placeForWeb,
  type ServerProcess,
  type Stack,
  startStack,
  startWeb,
  startWebBrowser,
  type WebBrowser,
  type WebPage,
} from '@wafleet/testing';

/** Everything real, with the web app and a person's browser in front of it. */
export interface WebStack {
  stack: Stack;
  controlPlane: ControlPlane;
  web: ServerProcess;
  url: string;
  browser: WebBrowser;
  /** Starts the control plane that was ended again, at the same place. */
  restartControlPlane(): Promise<ControlPlane>;
  stop(): Promise<void>;
}

/** @param envFor further settings of the control plane, for the address of the web app */
export async function startWebStack(
  envFor: (url: string) => Record<string, string> = () => ({}),
): Promise<WebStack> {
  const place = await placeForWeb();
  const stack = await startStack({ env: { ...place.env, ...envFor(place.url) } });
  try {
    const controlPlane = await stack.startControlPlane();
    const web = await startWeb(place, { stack, controlPlaneUrl: controlPlane.url });
    const browser = await startWebBrowser(place.url);
    return {
      stack,
      controlPlane,
      web,
      url: place.url,
      browser,
      restartControlPlane: () => stack.startControlPlane(),
      stop: () => endAll([() => browser.close(), () => web.end(), () => stack.stop()]),
    };
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

/** A window in which somebody is signed in, at the start. */
export async function signedIn(
  { browser }: WebStack,
  person: { email: string; password: string } = firstAdmin,
  options: Parameters<WebBrowser['open']>[0] = {},
): Promise<WebPage> {
  const window = await browser.open(options);
  const { page } = window;
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL((url) => url.pathname !== '/sign-in');
  return window;
}

/** Makes the first administrator an owner of a workspace too, so that there is somebody who can sign in. */
export async function ownWorkspace(controlPlane: ControlPlane, tenantId: string): Promise<void> {
  const path = `/admin/tenants/${tenantId}/users/${firstAdmin.email}`;
  const { status, body } = await controlPlane.admin.call('PUT', path, { body: { role: 'OWNER' } });
  if (status !== 200) throw new Error(`${path} answered ${status}: ${JSON.stringify(body)}`);
}
