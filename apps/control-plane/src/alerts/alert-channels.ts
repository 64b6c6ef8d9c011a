import type { AlertChannel } from './alert-channel';
import { createEmailChannel, type EmailSettings } from './email-channel';
import { createWebhookChannel } from './webhook-channel';

/** Every configured way to reach operators. */
export function createAlertChannels(
  settings: { webhook: { url: string; secret: string } | undefined; email: EmailSettings | undefined },
  now: () => Date,
): AlertChannel[] {
  const { webhook, email } = settings;
  return [
    ...(webhook === undefined ? [] : [createWebhookChannel(webhook, now)]),
    ...(email === undefined ? [] : [createEmailChannel(email)]),
  ];
}
