import { maxLoggedAttempts, type WebhookDeliveryState, type WebhookProblem } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import { inBatches } from '../../scheduling/batches';

/** What an attempt came to, as its row says it. */
export interface AttemptOutcome {
  eventSeq: bigint;
  endpointId: string;
  state: Exclude<WebhookDeliveryState, 'DEAD'>;
  responseCode: number | null;
  problem: WebhookProblem | null;
  /** When it ended. */
  at: Date;
  durationMs: number;
}

/** Hears of each attempt once its outcome is stored; `PENDING`: it is tried again. */
export type OnAttempt = (state: AttemptOutcome['state']) => void;

/** Resolves when the outcome is stored, to the chat that the delivery is of by now; null where none was stored. */
export type StoreOutcome = (outcome: AttemptOutcome) => Promise<string | null>;

const maxOutcomes = 500;

/** Those of the same time in one statement, each with its row in the log of attempts. A delivery that is gone, or was given up meanwhile, stays as it is. */
export function createOutcomeStore({
  db,
  onAttempt,
}: {
  db: Database;
  onAttempt?: OnAttempt | undefined;
}): StoreOutcome {
  const store = inBatches<AttemptOutcome, string | null>(maxOutcomes, async (outcomes) => {
    const stored = await write(db, outcomes);
    const chats = new Map(stored.map(({ seq, endpointId, chat }) => [`${seq} ${endpointId}`, chat]));
    return outcomes.map(({ eventSeq, endpointId }) => chats.get(`${eventSeq} ${endpointId}`) ?? null);
  });
  return async (outcome) => {
    const chat = await store(outcome);
    onAttempt?.(outcome.state);
    return chat;
  };
}

/** Not waited for on the disk: what a crash of the database loses of it is sent again, under the same id. */
function write(
  db: Database,
  outcomes: readonly AttemptOutcome[],
): Promise<{ seq: bigint; endpointId: string; chat: string }[]> {
  const rows = outcomes.map((outcome) => ({ ...outcome, eventSeq: String(outcome.eventSeq) }));
  return db.statements.$queryRaw`
    WITH told AS (
      UPDATE webhook_deliveries d
      SET state = v.state, attempts = d.attempts + 1, last_attempt_at = v.at,
          response_code = v."responseCode", problem = v.problem,
          settled_at = CASE WHEN v.state <> 'PENDING' THEN v.at END
      FROM (SELECT set_config('synchronous_commit', 'off', true)) AS unhurried,
        jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS v (
        "eventSeq" bigint, "endpointId" text, state "WebhookDeliveryState", "responseCode" int, problem text,
        at timestamptz, "durationMs" int)
      WHERE d.event_seq = v."eventSeq" AND d.endpoint_id = v."endpointId" AND d.state = 'PENDING'
      RETURNING d.event_seq, d.endpoint_id, d.chat, v.at, v."durationMs", v."responseCode", v.problem),
    beyond_the_latest AS (
      DELETE FROM webhook_attempts WHERE id IN (
        SELECT old.id FROM told CROSS JOIN LATERAL (
          SELECT a.id FROM webhook_attempts a
          WHERE a.event_seq = told.event_seq AND a.endpoint_id = told.endpoint_id
          ORDER BY a.id DESC OFFSET ${maxLoggedAttempts - 1}) old)),
    logged AS (
      INSERT INTO webhook_attempts (event_seq, endpoint_id, at, duration_ms, response_code, problem)
      SELECT event_seq, endpoint_id, at, "durationMs", "responseCode", problem FROM told)
    SELECT event_seq AS seq, endpoint_id AS "endpointId", chat FROM told`;
}
