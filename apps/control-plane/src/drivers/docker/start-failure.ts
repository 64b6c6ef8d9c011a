import { DriverError } from '../worker-driver';
import type { EngineRefusal } from './engine';

/** What an operator must mend when the engine refuses to run a worker. */
export function startFailure(refusal: EngineRefusal, image: string): DriverError {
  const { status, message } = refusal;
  const options = { cause: refusal };
  if (status === 404 && /no such image/i.test(message))
    return new DriverError(
      'image_missing',
      `The engine has no image ${image}; build or pull it, or correct WORKER_IMAGE.`,
      options,
    );
  if (/executable file not found|exec format error|no such file or directory.*unknown/i.test(message))
    return new DriverError(
      'image_missing',
      `The image ${image} can't run a worker on this machine: ${cut(message)}`,
      options,
    );
  if (/no space left/i.test(message))
    return new DriverError('disk_full', 'The engine has no room left on its disk.', options);
  if (status === 409)
    return new DriverError('profile_locked', `The engine is busy: ${cut(message)}`, options);
  return new DriverError(
    'permission_denied',
    `The engine refuses to run the worker: ${cut(message)}`,
    options,
  );
}

const cut = (text: string) => text.slice(0, 400);
