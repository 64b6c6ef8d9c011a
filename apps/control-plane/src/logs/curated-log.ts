import type { ListLogsQuery, LogLine, TenantEvent, TenantId } from '@wafleet/contracts';
import type { EventHistory } from '../live/event-history';
import { isAtLeast } from './log-line';
import { tellEvent } from './tell-event';

/** Events that are looked through for lines of a level. */
const maxSearched = 1_000;

/** What a tenant's people read as their log: the stored story in words, newest first; never lines of a worker. */
export async function readCuratedLog(
  history: Pick<EventHistory, 'page'>,
  tenantId: TenantId,
  { level, before, limit }: ListLogsQuery,
): Promise<LogLine[]> {
  const most = level === undefined ? limit : maxSearched;
  const { items } = await history.page(tenantId, { limit: most, before });
  const lines = items.map(logLine);
  return level === undefined ? lines : lines.filter((line) => isAtLeast(line.level, level)).slice(0, limit);
}

function logLine(event: TenantEvent): LogLine {
  return { at: event.at, source: 'control-plane', fields: {}, ...tellEvent(event) };
}
