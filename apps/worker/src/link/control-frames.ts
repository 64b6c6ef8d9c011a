import { controlFrameSchema, type ControlFrame } from '@wafleet/contracts';

/** The frame, or null for one of a newer control plane that this worker does not know. */
export function parseControlFrame(text: string): ControlFrame | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const result = controlFrameSchema.safeParse(value);
  return result.success ? result.data : null;
}
