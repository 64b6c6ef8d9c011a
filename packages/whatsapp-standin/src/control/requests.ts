import { z } from 'zod';
import { faultsSchema } from '../faults/fault-table';

/** What callers may ask of the control. */

const number = z.string().regex(/^\d{7,15}$/, 'a phone number is 7 to 15 digits, without a plus');

export const userPath = z.object({ number });
export const chatPath = z.object({ number, other: number });
export const putUserBody = z.strictObject({
  name: z.string().min(1).max(100),
  /** Whether the phone's owner reads what arrives, at once or never. */
  reads: z.enum(['auto', 'never']).optional(),
});
export const scanBody = z.strictObject({ qr: z.string().min(1).max(2_000) });
export const pairBody = z.strictObject({
  code: z.string().regex(/^[0-9A-Za-z]{4}-?[0-9A-Za-z]{4}$/, 'a pairing code is 8 letters or digits'),
});
export const unlinkBody = z.strictObject({
  device: z.number().int().optional(),
  /** Whether the page leaves for its logout address, as usual, or only shows UNPAIRED. */
  mode: z.enum(['navigate', 'unpaired']).default('navigate'),
});
export const phoneBody = z.strictObject({ online: z.boolean() });
export const sendBody = z.strictObject({ to: number, body: z.string().min(1).max(65_536) });
export const burstBody = z.strictObject({
  to: number,
  bodies: z.array(sendBody.shape.body).min(1).max(10_000),
});
export const faultsBody = z.strictObject({ number: number.optional(), faults: faultsSchema });
export const numberQuery = z.object({ number: number.optional() });
export const pagesBody = z.strictObject({ number: number.optional() });
export const busyBody = pagesBody.extend({ forMs: z.number().int().min(1).max(600_000).optional() });
export const allocateBody = pagesBody.extend({ megabytes: z.number().int().min(1).max(65_536).optional() });
