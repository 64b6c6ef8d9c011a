import { completionVerb } from '../completion/completion-verb';
import { doctorVerb } from '../doctor/doctor-verb';
import { backupsVerb, backupVerb, restoreVerb } from './care/backup-verbs';
import { createVerb } from './care/create';
import { eraseVerb } from './care/erase';
import { limitsVerb } from './care/limits';
import { moveVerb } from './moving/move';
import { repairVerbs } from './care/repair-verbs';
import { restartVerb, startVerb, stopVerb } from './care/run-verbs';
import { alertsVerb } from './fleet/alerts';
import { healthVerb } from './fleet/health';
import { openVerb } from './fleet/open';
import { psVerb } from './fleet/ps';
import { rolloutVerbs } from './fleet/rollout';
import { statusVerb } from './fleet/status';
import { pairVerb } from './linking/pair';
import { qrVerb } from './linking/qr';
import { execVerb } from './machine/exec';
import { createKeyVerb, listKeysVerb, revokeKeyVerb } from './programs/keys';
import { sendVerb } from './programs/send';
import * as webhooks from './programs/webhooks';
import { eventsVerb } from './stories/events';
import { incidentsVerb, incidentVerb } from './stories/incidents';
import { logsVerb } from './stories/logs';
import type { Verb } from './verb';

/** Verbs of two words, and what their first word is about. */
export const groups: Record<string, string> = {
  incidents: 'What went wrong, with its evidence',
  webhooks: "What a tenant's programs are told, and where",
  keys: 'Keys of operators, portals and tenants',
  rollout: 'Another build of the worker, on its way through the fleet',
};

/** In the order of help. */
export const allVerbs: readonly Verb[] = [
  healthVerb,
  psVerb,
  alertsVerb,
  statusVerb,
  createVerb,
  startVerb,
  stopVerb,
  restartVerb,
  qrVerb,
  pairVerb,
  logsVerb,
  eventsVerb,
  incidentsVerb,
  incidentVerb,
  sendVerb,
  ...repairVerbs,
  limitsVerb,
  backupVerb,
  backupsVerb,
  restoreVerb,
  moveVerb,
  eraseVerb,
  webhooks.listWebhooksVerb,
  webhooks.addWebhookVerb,
  webhooks.testWebhookVerb,
  webhooks.enableWebhookVerb,
  webhooks.disableWebhookVerb,
  webhooks.removeWebhookVerb,
  webhooks.deliveriesVerb,
  webhooks.deliveryVerb,
  webhooks.replayWebhookVerb,
  listKeysVerb,
  createKeyVerb,
  revokeKeyVerb,
  ...rolloutVerbs,
  doctorVerb,
  execVerb,
  openVerb,
  completionVerb,
];
