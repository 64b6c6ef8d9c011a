import { linkPath } from '@wafleet/contracts';
import { DriverError } from '../worker-driver';
import type { ContainerPolicy } from './container/container-policy';
import { EngineRefusal, type Engine } from './engine';

/**
 * The workers' network: a bridge on which no container reaches another. The way out is open, and so is that to the
 * bridge's own address on the machine, where the control plane's link is.
 */
export interface WorkerNetwork {
  /**
   * Makes the network where it is missing.
   * @returns the machine's address on it
   * @throws DriverError
   */
  gateway(): Promise<string>;
}

export function createWorkerNetwork(engine: Engine, policy: ContainerPolicy): WorkerNetwork {
  return {
    async gateway() {
      const network = (await find()) ?? (await create());
      if (network === null)
        throw new DriverError('engine_unreachable', 'The workers’ network is gone again.');
      const isolated = network.Options?.[icc];
      if (isolated !== 'false')
        throw new DriverError(
          'permission_denied',
          `On the network ${policy.network} workers would reach each other; make it anew with ${icc}=false, or name another one.`,
        );
      const gateway = network.IPAM?.Config?.[0]?.Gateway;
      if (gateway === undefined)
        throw new DriverError('permission_denied', `The network ${policy.network} has no gateway.`);
      return gateway;
    },
  };

  async function find() {
    try {
      return await engine.ask('look at the network', (docker) => docker.getNetwork(policy.network).inspect());
    } catch (error) {
      if (error instanceof EngineRefusal && error.status === 404) return null;
      throw error;
    }
  }

  async function create() {
    const [base = '', bits = ''] = policy.subnet.split('/');
    const gateway = firstAddress(base);
    try {
      await engine.ask('make the network', (docker) =>
        docker.createNetwork({
          Name: policy.network,
          Driver: 'bridge',
          CheckDuplicate: true,
          IPAM: { Config: [{ Subnet: `${base}/${bits}`, Gateway: gateway }] },
          Options: { [icc]: 'false', 'com.docker.network.bridge.name': policy.bridge },
        }),
      );
    } catch (error) {
      // Made meanwhile by another control plane that starts, too.
      const isThere = error instanceof EngineRefusal && error.status === 409;
      if (!isThere) throw asNetworkProblem(error, policy);
    }
    return find();
  }
}

export function linkUrlOn(gateway: string, port: number): string {
  return `ws://${gateway}:${port}${linkPath}`;
}

const icc = 'com.docker.network.bridge.enable_icc';

function asNetworkProblem(error: unknown, policy: ContainerPolicy): unknown {
  if (!(error instanceof EngineRefusal)) return error;
  return new DriverError(
    'permission_denied',
    `The network ${policy.network} (${policy.subnet}) can't be made: ${error.message}`,
    { cause: error },
  );
}

function firstAddress(base: string): string {
  const parts = base.split('.').map(Number);
  return [...parts.slice(0, 3), (parts[3] ?? 0) + 1].join('.');
}
