import type { Browser } from '../browser/check-browser';
import type { Config } from '../config';
import { requireFreePort } from '../processes/ports';
import type { Access } from './access';
import type { Places } from './places';
import { workerProgram } from './worker-program';

/** The control plane's settings on this machine; those that we don't know are passed on as they came. */
export async function controlPlaneEnvironment(facts: {
  config: Config;
  places: Places;
  access: Access;
  databaseUrl: string;
  redisUrl: string | undefined;
  browser: Browser;
  standin: { browserArgs: string[] } | undefined;
}): Promise<NodeJS.ProcessEnv> {
  const { config, places, access, browser, standin } = facts;
  const worker = await workerProgram();
  return {
    ...config.passedOn,
    DATABASE_URL: facts.databaseUrl,
    REDIS_URL: facts.redisUrl ?? '',
    HOST: config.HOST,
    PORT: String(config.PORT),
    LINK_PORT: String(config.LINK_PORT),
    DATA_DIR: places.dataDir,
    TENANTS_DIR: places.tenantsDir,
    ADMIN_KEY: access.adminKey,
    PORTAL_KEY: access.portalKey,
    PUBLIC_URL: config.PUBLIC_URL,
    WORKER_BUNDLE: worker.bundle,
    WORKER_NODE: worker.node,
    BROWSER_PATH: browser.executablePath,
    BROWSER_HEADLESS: browser.headless,
    BROWSER_SANDBOX: (config.BROWSER_SANDBOX ?? browser.sandbox) ? '1' : '0',
    ...(standin ? { BROWSER_EXTRA_ARGS: JSON.stringify(standin.browserArgs) } : {}),
  };
}

/** @throws StackError that names the setting of the port that is taken */
export async function requireFreePorts(config: Config): Promise<void> {
  await requireFreePort(config.PORT, 'PORT');
  await requireFreePort(config.LINK_PORT, 'LINK_PORT');
  if (config.WITH_WEB) await requireFreePort(config.WEB_PORT, 'WEB_PORT');
}
