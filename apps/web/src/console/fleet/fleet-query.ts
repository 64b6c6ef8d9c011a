import type { FleetRow, TenantStatus } from '@wafleet/contracts';

/** What a search says: words of names or numbers, and `key:value` of what is asked by name. */
export interface FleetQuery {
  words: string[];
  tests: ((row: FleetRow, now: number) => boolean)[];
  /** What could not be understood, in a sentence each. */
  problems: string[];
}

const statusNames = new Map<string, TenantStatus>([
  ['active', 'ACTIVE'],
  ['error', 'ERROR'],
  ['recovering', 'RECOVERING'],
  ['starting', 'STARTING'],
  ['scan', 'QR_PENDING'],
  ['qr_pending', 'QR_PENDING'],
  ['paused', 'PAUSED'],
  ['new', 'NEW'],
  ['erasing', 'ERASING'],
]);

const units: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `status:error,recovering reason:browser_crashed seen:>5m since:<1h memory:>400 version:2.3000 bakery`. */
export function parseFleetQuery(text: string): FleetQuery {
  const query: FleetQuery = { words: [], tests: [], problems: [] };
  for (const part of text.trim().split(/\s+/)) {
    if (part === '') continue;
    const [, key, value = ''] = /^([a-z]+):(.*)$/i.exec(part) ?? [];
    if (key === undefined) query.words.push(part.toLowerCase());
    else if (value !== '') add(query, key.toLowerCase(), value.toLowerCase());
  }
  return query;
}

export function matchesFleetQuery({ words, tests }: FleetQuery, row: FleetRow, now: number): boolean {
  if (!tests.every((test) => test(row, now))) return false;
  if (words.length === 0) return true;
  const text = `${row.name.toLowerCase()} ${row.phoneNumber ?? ''} ${row.id}`;
  return words.every((word) => text.includes(word.replace(/^\+/, '')));
}

/** The text with its statuses replaced; none where there are none. */
export function withStatuses(text: string, statuses: readonly TenantStatus[]): string {
  const rest = text.replace(/(^|\s)status:\S*/gi, '').trim();
  const names = statuses.map((status) => (status === 'QR_PENDING' ? 'scan' : status.toLowerCase()));
  return [names.length === 0 ? '' : `status:${names.join(',')}`, rest]
    .filter((part) => part !== '')
    .join(' ');
}

export function statusesIn(text: string): TenantStatus[] {
  const value = /(?:^|\s)status:(\S*)/i.exec(text)?.[1] ?? '';
  return value.split(',').flatMap((name) => statusNames.get(name.toLowerCase()) ?? []);
}

function add(query: FleetQuery, key: string, value: string): void {
  switch (key) {
    case 'status': {
      const statuses = value.split(',').map((name) => statusNames.get(name));
      if (statuses.includes(undefined))
        return void query.problems.push(
          `status:${value} names no status; there are ${[...statusNames.keys()].join(', ')}.`,
        );
      return void query.tests.push(({ status }) => statuses.includes(status));
    }
    case 'reason':
      return void query.tests.push(({ reason }) => reason !== null && value.split(',').includes(reason));
    case 'version':
      return void query.tests.push(({ whatsappWebVersion }) => (whatsappWebVersion ?? '').startsWith(value));
    case 'seen':
      return addAge(query, key, value, ({ lastSeenAt }) => lastSeenAt);
    case 'since':
      return addAge(query, key, value, ({ since }) => since);
    case 'memory':
      return addNumber(query, key, value, ({ memoryMib }) => memoryMib);
    case 'cpu':
      return addNumber(query, key, value, ({ cpuPercent }) => cpuPercent);
    case 'messages':
      return addNumber(query, key, value, ({ messagesPerMinute }) => messagesPerMinute);
    case 'restarts':
      return addNumber(query, key, value, ({ restarts }) => restarts);
    default:
      query.problems.push(
        `${key}: is not known; there are status, reason, version, seen, since, memory, cpu, messages, restarts.`,
      );
  }
}

function addAge(query: FleetQuery, key: string, value: string, of: (row: FleetRow) => string | null): void {
  const [, sign, amount, unit] = /^([<>]?)(\d+)([smhd])$/.exec(value) ?? [];
  if (amount === undefined || unit === undefined)
    return void query.problems.push(`${key}:${value} is no time; write ${key}:>5m or ${key}:<1h.`);
  const limitMs = Number(amount) * (units[unit] as number);
  query.tests.push((row, now) => {
    const at = of(row);
    const ageMs = at === null ? Infinity : now - new Date(at).getTime();
    return sign === '<' ? ageMs < limitMs : ageMs > limitMs;
  });
}

function addNumber(
  query: FleetQuery,
  key: string,
  value: string,
  of: (row: FleetRow) => number | null,
): void {
  const [, sign, amount] = /^([<>]?)(\d+)$/.exec(value) ?? [];
  if (amount === undefined)
    return void query.problems.push(`${key}:${value} is no number; write ${key}:>400.`);
  const limit = Number(amount);
  query.tests.push((row) => {
    const number = of(row);
    if (number === null) return false;
    return sign === '<' ? number < limit : number > limit;
  });
}
