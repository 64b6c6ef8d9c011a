import { createHash } from 'node:crypto';

/** Tokens of links hold 256 random bits, so a plain hash can't be turned back by guessing. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');
