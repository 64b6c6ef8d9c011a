import { join, resolve } from 'node:path';

export const repository = resolve(__dirname, '../../..');

/** The built control plane, as it is started in production. */
export const controlPlaneProgram = join(repository, 'apps/control-plane/dist/control-plane.cjs');
