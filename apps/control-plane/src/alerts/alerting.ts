import { join } from 'node:path';
import type { Logger } from '@wafleet/runtime';
import type { Config } from '../config';
import { createNewId } from '../new-id';
import type { AlertChannel } from './notices/alert-channel';
import { createDatabaseOutage, type DatabaseOutage } from './database-outage';
import { createEmailChannel } from './notices/email-channel';
import { createWebhookChannel } from './notices/webhook-channel';

/** What tells operators without a database, so that it is there before one. */
export interface Alerting {
  /** Every configured way to reach them. */
  channels: AlertChannel[];
  outage: DatabaseOutage;
}

export function createAlerting(config: Config, log: Logger): Alerting {
  const now = () => new Date();
  const { alertWebhook, alertEmail } = config.secrets;
  const channels = [
    ...(alertWebhook === undefined ? [] : [createWebhookChannel(alertWebhook, now)]),
    ...(alertEmail === undefined ? [] : [createEmailChannel(alertEmail)]),
  ];
  const path = join(config.dataDir, 'database-outage.json');
  const { holdMs } = config.alerting;
  return {
    channels,
    outage: createDatabaseOutage({ path, channels, holdMs, newId: createNewId(), now, log }),
  };
}
