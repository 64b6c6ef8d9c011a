import type { MessageDirection, MessageStatus } from '@wafleet/contracts';
import type { MessageFilter } from '../answers';
import { statusLooks } from './message-text';

export const directions: Record<MessageDirection, string> = { INBOUND: 'Received', OUTBOUND: 'Sent' };

export const filterFields = ['direction', 'status', 'chat', 'from', 'to'] as const;
export type FilterField = (typeof filterFields)[number];

/**
 * What is asked of the API for what stands in the address; what can't be meant is left out.
 * @param fields days as 2026-11-20, whole ones where the viewer is
 */
export function filterOf(fields: Record<FilterField, string>): MessageFilter {
  const direction = fields.direction in directions ? (fields.direction as MessageDirection) : null;
  const status = fields.status in statusLooks ? (fields.status as MessageStatus) : null;
  const after = midnightOf(fields.from, 0);
  const before = midnightOf(fields.to, 1);
  return {
    ...(direction ? { direction } : {}),
    ...(status ? { status } : {}),
    ...(fields.chat ? { chatId: fields.chat } : {}),
    ...(after ? { after } : {}),
    ...(before ? { before } : {}),
  };
}

/** The midnight with which the day begins, or so many days later. */
function midnightOf(day: string, laterDays: number): string | null {
  const [, year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day) ?? [];
  const time = new Date(Number(year), Number(month) - 1, Number(date) + laterDays);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}
