import type { TenantId } from '@wafleet/contracts';
import type { Standstill } from '../../profile-files';
import { DriverError } from '../../worker-driver';
import { containerName } from './container-spec';
import { EngineRefusal, type Engine } from '../engine';

/** The engine stops all processes of the container at once, worker and browser. */
export function createContainerStandstill(engine: Engine, instanceId: string): Standstill {
  const nameOf = (tenantId: TenantId) => containerName(instanceId, tenantId);
  return {
    async begin(tenantId) {
      try {
        await engine.ask('pause the container', (docker) => docker.getContainer(nameOf(tenantId)).pause());
        return true;
      } catch (error) {
        if (error instanceof EngineRefusal || error instanceof DriverError) return false;
        throw error;
      }
    },
    async end(tenantId) {
      try {
        await engine.ask('unpause the container', (docker) =>
          docker.getContainer(nameOf(tenantId)).unpause(),
        );
      } catch (error) {
        // It does not stand still, or is gone.
        if (!(error instanceof EngineRefusal)) throw error;
      }
    },
  };
}
