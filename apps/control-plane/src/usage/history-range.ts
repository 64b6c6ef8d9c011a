import type { HistoryRange } from '@wafleet/contracts';

const hourMs = 60 * 60 * 1_000;

export const rangeMs: Record<HistoryRange, number> = { '1h': hourMs, '24h': 24 * hourMs, '7d': 168 * hourMs };
