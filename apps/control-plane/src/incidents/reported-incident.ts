import type { IncidentEvent, TenantId } from '@wafleet/contracts';
import { noEvidence } from './evidence';
import type { NewIncident } from './note-incident';

/** An incident as its worker reported it. What does not look like a JPEG is none, whatever the worker calls it. */
export function reportedIncident(
  tenantId: TenantId,
  generation: number,
  { number, at, reason, detail, evidence, ...event }: IncidentEvent,
): NewIncident {
  const picture = event.screenshot === null ? null : Buffer.from(event.screenshot, 'base64');
  const isJpeg = picture !== null && picture.subarray(0, jpegBegins.length).equals(jpegBegins);
  return {
    tenantId,
    generation,
    number,
    reason,
    detail,
    at: new Date(at),
    evidence: { ...noEvidence, ...evidence },
    screenshot: isJpeg ? picture : null,
    noScreenshot: isJpeg ? null : (event.noScreenshot ?? 'the worker sent none'),
  };
}

const jpegBegins = Buffer.from([0xff, 0xd8, 0xff]);
