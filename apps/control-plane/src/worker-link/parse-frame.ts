import {
  eventFrameSchema,
  heartbeatSchema,
  helloSchema,
  linkEventSchema,
  resultFrameSchema,
  type HeartbeatFrame,
  type HelloFrame,
  type LinkEvent,
  type ResultFrame,
} from '@wafleet/contracts';

/** An event as it came. One that can't be understood keeps its number, so that it can be set aside and the link goes on. */
export interface ReceivedEvent {
  type: 'event';
  seq: number;
  at: number;
  event: LinkEvent | null;
  /** Why `event` is null. */
  error: string | null;
  text: string;
}

export type ParsedFrame =
  | HelloFrame
  | HeartbeatFrame
  | ResultFrame
  | ReceivedEvent
  /** From a newer worker; ignored. */
  | { type: 'unknown' }
  | { type: 'bad'; message: string };

const envelopeSchema = eventFrameSchema.omit({ event: true });

/** One frame of a worker, freed of NUL, which Postgres can't hold. */
export function parseFrame(text: string): ParsedFrame {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null || !('type' in value))
    return { type: 'bad', message: 'a frame is a JSON object with a type' };
  switch (value.type) {
    case 'hello':
      return checked(helloSchema.safeParse(value));
    case 'heartbeat':
      return checked(heartbeatSchema.safeParse(value));
    case 'result':
      return checked(resultFrameSchema.safeParse(value));
    case 'event':
      return parseEvent(value, text);
    default:
      return { type: 'unknown' };
  }
}

function parseEvent(value: object, text: string): ParsedFrame {
  const envelope = envelopeSchema.safeParse(value);
  if (!envelope.success) return { type: 'bad', message: problemOf(envelope.error) };
  const event = linkEventSchema.safeParse('event' in value ? value.event : undefined);
  return {
    ...envelope.data,
    event: event.data ?? null,
    error: event.success ? null : problemOf(event.error),
    text,
  };
}

function checked<Frame>(
  result: { success: true; data: Frame } | { success: false; error: ProblemSource },
): Frame | { type: 'bad'; message: string } {
  return result.success ? result.data : { type: 'bad', message: problemOf(result.error) };
}

interface ProblemSource {
  issues: readonly { path: readonly PropertyKey[]; message: string }[];
}

/** Names the field, never its value. */
function problemOf(error: ProblemSource): string {
  const [issue] = error.issues;
  return issue === undefined ? 'not valid' : `${issue.path.map(String).join('.')}: ${issue.message}`;
}

function parseJson(text: string): unknown {
  try {
    if (!text.includes('\\u0000')) return JSON.parse(text);
    return JSON.parse(text, (_key, value: unknown) =>
      typeof value === 'string' ? value.replaceAll('\0', '') : value,
    );
  } catch {
    return null;
  }
}
