import pino, { type DestinationStream, type Logger } from 'pino';

export type { Logger };

const secretPaths = [
  'token',
  'key',
  'password',
  'authorization',
  'qr',
  'raw',
  'body',
  'phoneNumber',
  'code',
].flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/**
 * JSON lines: a constant message, the data in fields. Bodies, numbers, QR and tokens are redacted by field name;
 * text that is not ours goes through scrub() first.
 */
export function createLogger(options: {
  name: string;
  level?: string;
  fields?: Record<string, unknown>;
  destination?: DestinationStream;
}): Logger {
  return pino(
    {
      name: options.name,
      level: options.level ?? 'info',
      base: { name: options.name, ...options.fields },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: secretPaths, censor: '[redacted]' },
      serializers: { err: (error: unknown) => serializeError(error) },
    },
    options.destination ?? pino.destination({ dest: 1, sync: true }),
  );
}

function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return scrub(String(error));
  return { type: error.name, message: scrub(error.message), stack: error.stack && scrub(error.stack) };
}

/**
 * Foreign text (page errors, library messages, stderr) freed of JIDs, phone numbers and long secrets, and shortened.
 * @param maxLength in UTF-16 units
 */
export function scrub(text: string, maxLength = 2_000): string {
  return text
    .replace(/\b[\w.+:-]+@(?:c\.us|g\.us|lid|s\.whatsapp\.net|newsletter|broadcast)\w*/g, '[jid]')
    .replace(/(?<![A-Za-z\d])\+?\d{9,}(?![A-Za-z\d])/g, '[number]')
    .replace(/\b[A-Za-z0-9+/_=-]{40,}/g, '[secret]')
    .slice(0, maxLength);
}
