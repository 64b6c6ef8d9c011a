import type { WorkerBuild } from '@wafleet/contracts';
import { EngineRefusal, type Engine } from './engine';
import { startFailure } from './start-failure';

/** Builds of the worker as the engine has them: images of one name, told apart by their ids. */
export function createImageBuilds(engine: Engine, configured: string) {
  return {
    /** @throws DriverError */
    async find(version: string | null): Promise<WorkerBuild> {
      const name = version === null ? configured : `${repositoryOf(configured)}:${version}`;
      try {
        return { name, id: await idOf(name) };
      } catch (error) {
        throw error instanceof EngineRefusal ? startFailure(error, name) : error;
      }
    },

    /** By its id: its name may be another image's by now. */
    has: ({ id }: WorkerBuild): Promise<boolean> =>
      idOf(id).then(
        () => true,
        (error: unknown) => {
          if (error instanceof EngineRefusal && error.status === 404) return false;
          throw error;
        },
      ),
  };

  async function idOf(name: string): Promise<string> {
    const found = await engine.ask('look at the image', (docker) => docker.getImage(name).inspect());
    return found.Id;
  }
}

/** `registry:5000/wafleet/worker:latest` is a tag of `registry:5000/wafleet/worker`. */
function repositoryOf(image: string): string {
  const [name = image] = image.split('@');
  return name.replace(/:[^:/]*$/, '');
}
