import { ConfigError, readEnvironment } from '@wafleet/runtime';
import { z } from 'zod';
import type { PortTakenError, StandinOptions } from './standin';

const port = z.coerce.number().int().min(0).max(65_535);

const environmentSchema = z.object({
  /** HTTP control. */
  STANDIN_PORT: port.default(7303),
  /** https and wss, for browsers. */
  STANDIN_TLS_PORT: port.default(7304),
  /** There is no authentication: keep it on loopback. */
  STANDIN_HOST: z.string().default('127.0.0.1'),
  /** Keeps the network over a restart. */
  STANDIN_STATE_FILE: z.string().optional(),
  /** Its TLS key and certificate as JSON, `key` and `cert`; beside the state, and made there, when absent. */
  STANDIN_TLS_FILE: z.string().optional(),
});

/** The only reader of the environment. @throws ConfigError */
export function loadConfig(): StandinOptions {
  const environment = readEnvironment(environmentSchema, process.env);
  return {
    controlPort: environment.STANDIN_PORT,
    tlsPort: environment.STANDIN_TLS_PORT,
    host: environment.STANDIN_HOST,
    stateFile: environment.STANDIN_STATE_FILE,
    tlsFile: environment.STANDIN_TLS_FILE,
  };
}

/** The same, in the words of the environment. */
export function portTakenMessage(error: PortTakenError): ConfigError {
  const setting = error.setting === 'controlPort' ? 'STANDIN_PORT' : 'STANDIN_TLS_PORT';
  return new ConfigError(`Port ${error.port} is taken by another process; set ${setting} to a free one.`);
}
