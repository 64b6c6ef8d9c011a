import { z } from 'zod';

/** A yes or no in a query. */
export const flagSchema = z.enum(['true', 'false']).transform((value) => value === 'true');
