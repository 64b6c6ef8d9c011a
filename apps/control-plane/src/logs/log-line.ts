import type { LogLine } from '@wafleet/contracts';

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];
/** A longer one is nothing that our logger writes. */
const maxLineLength = 32_768;

/** A line that our logger wrote, for the API; null for anything else. */
export function parseLogLine(text: string, source: LogLine['source']): LogLine | null {
  if (text.length > maxLineLength) return null;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof parsed !== 'object' || parsed === null) return null;
  const { time, level, msg, name: _name, ...fields } = parsed as Record<string, unknown>;
  if (typeof time !== 'string' || typeof level !== 'string' || !levels.includes(level)) return null;
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return null;
  return { at: at.toISOString(), level, source, message: typeof msg === 'string' ? msg : '', fields };
}

export function isAtLeast(level: string, lowest: string): boolean {
  return levels.indexOf(level) >= levels.indexOf(lowest);
}

/** Lines of several logs, each newest first, as one list, newest first. */
export function mergeNewestFirst(logs: readonly LogLine[][], limit: number): LogLine[] {
  return logs
    .flat()
    .sort((one, other) => (one.at < other.at ? 1 : one.at > other.at ? -1 : 0))
    .slice(0, limit);
}
