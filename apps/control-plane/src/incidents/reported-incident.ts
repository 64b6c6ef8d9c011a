import type { IncidentEvent, TenantId } from '@wafleet/contracts';
import { noEvidence } from './evidence';
import { jpegOf } from './jpeg-of';
import type { NewIncident } from './note-incident';

/** An incident as its worker reported it. */
export function reportedIncident(
  tenantId: TenantId,
  generation: number,
  { number, at, reason, detail, evidence, ...event }: IncidentEvent,
): NewIncident {
  const screenshot = event.screenshot === null ? null : jpegOf(event.screenshot);
  return {
    tenantId,
    generation,
    number,
    reason,
    detail,
    at: new Date(at),
    evidence: { ...noEvidence, ...evidence },
    screenshot,
    noScreenshot: screenshot ? null : (event.noScreenshot ?? 'the worker sent none'),
  };
}
