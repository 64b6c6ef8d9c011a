import { resolve } from 'node:path';

/** The folder of the repository. This folder is as deep when it is built, and so is that of a program with all of it in one file. */
export const repository = resolve(__dirname, '../../..');
