import type { WebhookDeliveryState, WebhookProblem } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';

/** What an attempt came to, as its row says it. */
export interface AttemptOutcome {
  eventSeq: bigint;
  endpointId: string;
  state: Exclude<WebhookDeliveryState, 'DEAD'>;
  responseCode: number | null;
  problem: WebhookProblem | null;
  at: Date;
}

/** Resolves when the outcome is stored. */
export type StoreOutcome = (outcome: AttemptOutcome) => Promise<void>;

/**
 * Stores outcomes in groups: what comes while one is written goes into the next. A delivery that is gone, or was given
 * up meanwhile, stays as it is.
 */
export function createOutcomeStore({ db }: { db: Database }): StoreOutcome {
  let gathering: { outcomes: AttemptOutcome[]; stored: Promise<void> } | null = null;
  let writing: Promise<void> = Promise.resolve();

  return (outcome) => {
    if (gathering !== null) {
      gathering.outcomes.push(outcome);
      return gathering.stored;
    }
    const outcomes = [outcome];
    const stored = writing
      .catch(() => undefined)
      .then(() => {
        gathering = null;
        return write(db, outcomes);
      });
    gathering = { outcomes, stored };
    writing = stored;
    return stored;
  };
}

async function write(db: Database, outcomes: readonly AttemptOutcome[]): Promise<void> {
  const rows = outcomes.map((outcome) => ({ ...outcome, eventSeq: String(outcome.eventSeq) }));
  await db.$executeRaw`
    UPDATE webhook_deliveries d
    SET state = v.state, attempts = d.attempts + 1, last_attempt_at = v.at,
        response_code = v."responseCode", problem = v.problem,
        settled_at = CASE WHEN v.state <> 'PENDING' THEN v.at END
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS v (
      "eventSeq" bigint, "endpointId" text, state "WebhookDeliveryState", "responseCode" int, problem text,
      at timestamptz)
    WHERE d.event_seq = v."eventSeq" AND d.endpoint_id = v."endpointId" AND d.state = 'PENDING'`;
}
