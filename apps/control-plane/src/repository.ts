import { join } from 'node:path';

/** The folder of the repository, or what an image has of it; the program's own folder is as deep as that of its sources. */
export const repository = join(__dirname, '../../..');
