import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Logger, createLogger } from '@wafleet/runtime';
import { ControlServer } from './control/control-server';
import { FaultSwitch } from './faults/fault-switch';
import { MediaStore } from './network/media-store';
import { Network } from './network/network';
import { emptyNetworkState } from './network/network-state';
import { StateStore, loadState } from './state/state-store';
import { type Certificate, loadCertificate, publicKeyHash } from './web/certificate';
import { WebServer } from './web/web-server';

export interface StandinOptions {
  /** https and wss, for browsers; 0 (the default) takes a free port. */
  tlsPort?: number;
  /** HTTP control; 0 (the default) takes a free port. */
  controlPort?: number;
  /** Where both listen; 127.0.0.1 by default. There is no authentication: keep it on loopback. */
  host?: string;
  /**
   * Keeps users, linked devices and messages over a restart; the TLS key lies beside it in `<stateFile>.tls`, media
   * in `<stateFile>.media/`.
   * Without it everything lives in memory.
   */
  stateFile?: string | undefined;
  /** Where the TLS key lies instead; made there where it is missing. */
  tlsFile?: string | undefined;
  /** Warnings and errors to stdout by default. */
  log?: Logger;
}

export interface Standin {
  /** Resolves when both ports listen. @throws PortTakenError, StateFileError */
  start(): Promise<void>;
  /** Cuts every connection, writes the state, frees the ports. A repeat does nothing. */
  stop(): Promise<void>;
  /** Base address of the HTTP control, without a slash at the end. Known from start() on. */
  readonly controlUrl: string;
  /** What Chromium must be started with to take the stand-in for web.whatsapp.com. Known from start() on. */
  readonly browserArgs: string[];
}

/** The port that a setting asks for belongs to another process. */
export class PortTakenError extends Error {
  constructor(
    readonly setting: 'controlPort' | 'tlsPort',
    readonly port: number,
    options: ErrorOptions,
  ) {
    super(`Port ${port} (${setting}) is taken by another process.`, options);
    this.name = 'PortTakenError';
  }
}

/** A WhatsApp network on this machine, with the page that whatsapp-web.js drives. */
export function createStandin(options: StandinOptions = {}): Standin {
  let running: Promise<Running> | undefined;
  let known: Running | undefined;
  const started = () => {
    if (!known) throw new Error('the stand-in has not started');
    return known;
  };
  return {
    start: async () => {
      running ??= start(options);
      try {
        known = await running;
      } catch (error) {
        running = undefined;
        throw error;
      }
    },
    stop: async () => {
      const toStop = running;
      running = undefined;
      await (await toStop)?.stop();
    },
    get controlUrl() {
      return started().controlUrl;
    },
    get browserArgs() {
      return started().browserArgs;
    },
  };
}

interface Running {
  controlUrl: string;
  browserArgs: string[];
  stop(): Promise<void>;
}

async function start(options: StandinOptions): Promise<Running> {
  const {
    stateFile,
    host = '127.0.0.1',
    log = createLogger({ name: 'whatsapp-standin', level: 'warn' }),
  } = options;
  if (stateFile !== undefined) await mkdir(dirname(stateFile), { recursive: true });
  const certificate = await loadCertificate(options.tlsFile ?? (stateFile && `${stateFile}.tls`));
  const faults = new FaultSwitch();
  const state = stateFile === undefined ? structuredClone(emptyNetworkState) : await loadState(stateFile);
  const network: Network = new Network(state, faults, () => store?.changed());
  const store = stateFile === undefined ? undefined : new StateStore(stateFile, () => network.state(), log);
  const media = new MediaStore(stateFile && `${stateFile}.media`);
  const web = new WebServer({ network, faults, media, certificate, log });
  const control = new ControlServer({ network, faults, media, store });

  const stop = async () => {
    await control.stop();
    network.stop();
    await web.stop();
    await store?.stop();
  };
  try {
    const tlsPort = await listen('tlsPort', options.tlsPort ?? 0, (port) => web.start(port, host));
    const controlPort = await listen('controlPort', options.controlPort ?? 0, (port) =>
      control.start(port, host),
    );
    const reachable = host === '0.0.0.0' ? '127.0.0.1' : host;
    return {
      controlUrl: `http://${reachable}:${controlPort}`,
      browserArgs: browserArgs(reachable, tlsPort, certificate),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function listen(
  setting: 'controlPort' | 'tlsPort',
  port: number,
  start: (port: number) => Promise<number>,
): Promise<number> {
  try {
    return await start(port);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new PortTakenError(setting, port, { cause: error });
  }
}

/** Only this page's key is trusted beyond the usual, and no other host is found. */
function browserArgs(host: string, tlsPort: number, certificate: Certificate): string[] {
  return [
    `--host-resolver-rules=MAP web.whatsapp.com ${host}:${tlsPort}, MAP * ~NOTFOUND, EXCLUDE ${host}`,
    `--ignore-certificate-errors-spki-list=${publicKeyHash(certificate)}`,
  ];
}
