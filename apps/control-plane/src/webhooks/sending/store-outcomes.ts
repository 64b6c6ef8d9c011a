import type { WebhookDeliveryState, WebhookProblem } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import { inBatches } from '../../scheduling/batches';

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

const maxOutcomes = 500;

/** Those of the same time in one statement. A delivery that is gone, or was given up meanwhile, stays as it is. */
export function createOutcomeStore({ db }: { db: Database }): StoreOutcome {
  return inBatches<AttemptOutcome, void>(maxOutcomes, async (outcomes) => {
    await write(db, outcomes);
    return outcomes.map(() => undefined);
  });
}

/** Not waited for on the disk: what a crash of the database loses of it is sent again, under the same id. */
async function write(db: Database, outcomes: readonly AttemptOutcome[]): Promise<void> {
  const rows = outcomes.map((outcome) => ({ ...outcome, eventSeq: String(outcome.eventSeq) }));
  await db.$executeRaw`
    UPDATE webhook_deliveries d
    SET state = v.state, attempts = d.attempts + 1, last_attempt_at = v.at,
        response_code = v."responseCode", problem = v.problem,
        settled_at = CASE WHEN v.state <> 'PENDING' THEN v.at END
    FROM (SELECT set_config('synchronous_commit', 'off', true)) AS unhurried,
      jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS v (
      "eventSeq" bigint, "endpointId" text, state "WebhookDeliveryState", "responseCode" int, problem text,
      at timestamptz)
    WHERE d.event_seq = v."eventSeq" AND d.endpoint_id = v."endpointId" AND d.state = 'PENDING'`;
}
