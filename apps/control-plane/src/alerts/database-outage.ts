import { readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type AlertNotice, idPrefixes } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import type { Logger } from '@wafleet/runtime';
import { z } from 'zod';
import type { NewId } from '../new-id';
import type { AlertChannel } from './notices/alert-channel';
import { noticeContent } from './notices/notice-content';

/**
 * Tells operators that the database is away, which no row can say. What is known of the outage lies in a file: a control
 * plane that loses its database ends, and those that are started meanwhile must neither forget it nor tell it again.
 */
export interface DatabaseOutage {
  /** It does not answer. Told once that has lasted; to be called again and again. Never waits, never throws. */
  isAway(): void;
  /** It answers. What was told becomes an alert that is over, whose end is told as that of any other. */
  isBack(db: Database): Promise<void>;
  /** Resolves when what is under way was sent, seconds at most. */
  settled(): Promise<void>;
}

const fileSchema = z.object({
  noticeId: z.string(),
  since: z.iso.datetime(),
  /** When it was last seen to be away. */
  seenAt: z.iso.datetime(),
  /** The channels that have taken the notice. */
  told: z.array(z.string()),
});
type Outage = z.infer<typeof fileSchema>;

/** Between two tries to tell it, and between two writings of the file. */
const retryMs = 15_000;
/** Nobody looked for longer than this: what is away now is another outage. */
const forgottenMs = 5 * 60 * 1_000;

export function createDatabaseOutage(deps: {
  path: string;
  channels: readonly AlertChannel[];
  holdMs: number;
  newId: NewId;
  now: () => Date;
  log: Logger;
}): DatabaseOutage {
  const { path, channels, holdMs, newId, now, log } = deps;
  let known = readOutage(path);
  let writtenAt = 0;
  let triedAt = 0;
  let underWay: Promise<void> | null = null;

  return {
    isAway() {
      underWay ??= note().finally(() => {
        underWay = null;
      });
    },

    async isBack(db) {
      await underWay;
      if (known === null) return;
      if (known.told.length > 0) await db.alert.createMany({ data: [alertOf(known)], skipDuplicates: true });
      await rm(path, { force: true });
      known = null;
    },

    settled: async () => void (await underWay),
  };

  function alertOf({ noticeId, since }: Outage) {
    return {
      // That of the notice, so that a repeat makes no second one.
      id: noticeId.replace(idPrefixes.notice, idPrefixes.alert),
      reason: 'database_unreachable',
      openedAt: since,
      endedAt: now(),
      toldAt: new Date(Date.parse(since) + holdMs),
    };
  }

  async function note(): Promise<void> {
    const at = now();
    const moment = at.toISOString();
    const isForgotten = known !== null && at.getTime() - Date.parse(known.seenAt) > forgottenMs;
    if (known === null || (isForgotten && known.told.length === 0))
      known = { noticeId: newId(idPrefixes.notice), since: moment, seenAt: moment, told: [] };
    known.seenAt = moment;
    const hasNews = await tell(known, at);
    if (hasNews || at.getTime() - writtenAt >= retryMs) await write(known, at);
  }

  /** True where a channel has taken it that had not before. */
  async function tell(outage: Outage, at: Date): Promise<boolean> {
    const toTellAt = Date.parse(outage.since) + holdMs;
    const waiting = channels.filter(({ name }) => !outage.told.includes(name));
    if (waiting.length === 0 || at.getTime() < toTellAt || at.getTime() - triedAt < retryMs) return false;
    triedAt = at.getTime();
    const notice = noticeOf(outage, new Date(toTellAt));
    const takings = await Promise.all(waiting.map((channel) => channel.send(outage.noticeId, notice)));
    const taken = waiting.filter((_channel, index) => takings[index]?.kind === 'taken');
    outage.told.push(...taken.map(({ name }) => name));
    return taken.length > 0;
  }

  /** A disk that takes nothing is no reason to be silent; this process remembers all the same. */
  async function write(outage: Outage, at: Date): Promise<void> {
    writtenAt = at.getTime();
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o755 });
      await writeFile(`${path}.next`, `${JSON.stringify(outage)}\n`);
      await rename(`${path}.next`, path);
    } catch (error) {
      log.warn({ err: error }, 'the outage of the database can not be written down');
    }
  }
}

function noticeOf({ noticeId, since }: Outage, at: Date): AlertNotice {
  const cause = { kind: 'opened', about: 'control_plane', reason: 'database_unreachable' } as const;
  const alert = { ...cause, alertId: noticeId, since: Date.parse(since) };
  return noticeContent([{ ...cause, alerts: [alert] }], new Map(), at);
}

/** Null where there is none, or none that can be understood. */
function readOutage(path: string): Outage | null {
  try {
    return fileSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}
