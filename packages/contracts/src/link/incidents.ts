import { z } from 'zod';
import { incidentLimits } from '../incidents';
import { reasonCodes } from '../reasons';
import { sessionStates } from '../states';

const at = z.number().int().nonnegative();
const bytes = z.number().nonnegative().nullable();
/** Free of numbers, codes and message text, as far as its writer knows them. */
const line = z.object({
  at,
  level: z.string().max(16),
  text: z.string().max(incidentLimits.lineLength),
});

/** What a worker knows of a trouble when it happens. Every list is bounded, oldest first. */
export const incidentEvidenceSchema = z.object({
  transitions: z
    .array(
      z.object({
        at,
        state: z.enum(sessionStates),
        phase: z.string().max(32),
        reason: z.enum(reasonCodes).nullable(),
      }),
    )
    .max(incidentLimits.transitions),
  probes: z
    .array(z.object({ at, ok: z.boolean(), latencyMs: z.number().nonnegative() }))
    .max(incidentLimits.probes),
  memory: z.array(z.object({ at, nodeBytes: bytes, browserBytes: bytes })).max(incidentLimits.memory),
  /** Warnings and errors only. */
  console: z.array(line).max(incidentLimits.console),
  pageErrors: z.array(line).max(incidentLimits.pageErrors),
  /** What the browser's processes wrote to their standard error. */
  browserOutput: z.array(line).max(incidentLimits.browserOutput),
  /** How the browser's main process ended, where it ended by itself. */
  browserExit: z
    .object({ code: z.number().int().nullable(), signal: z.string().max(16).nullable() })
    .nullable(),
  /** How the page's process ended, as the browser tells; `code` is a signal's number. */
  rendererExit: z.object({ status: z.string().max(32), code: z.number().int() }).nullable(),
  /** What proves that memory ran out: the page's own heap was full, or the kernel ended a process for it. */
  outOfMemory: z.enum(['page_heap', 'kernel']).nullable(),
  versions: z.object({
    whatsappWeb: z.string().max(64).nullable(),
    browser: z.string().max(64).nullable(),
    library: z.string().max(64),
    worker: z.string().max(64),
  }),
});

export const incidentEventSchema = z.object({
  kind: z.literal('incident'),
  /** 1, 2, 3 … per generation; with it a report that comes twice is known. */
  number: z.number().int().positive(),
  at,
  reason: z.enum(reasonCodes),
  detail: z.string().max(500).nullable(),
  evidence: incidentEvidenceSchema,
  /** A JPEG as base64; where there is none, `noScreenshot` says why. */
  screenshot: z
    .base64()
    .max(Math.ceil(incidentLimits.screenshotBytes / 3) * 4)
    .nullable(),
  noScreenshot: z.string().max(200).nullable(),
});

export type IncidentEvidence = z.infer<typeof incidentEvidenceSchema>;
export type IncidentEvent = z.infer<typeof incidentEventSchema>;
