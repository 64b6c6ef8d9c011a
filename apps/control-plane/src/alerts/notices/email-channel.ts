import { createMailer, type MailerSettings } from '../../mail/mailer';
import type { AlertChannel } from './alert-channel';
import { noticeText } from './notice-text';

export interface EmailSettings extends MailerSettings {
  to: readonly string[];
}

/** Mails notices as plain text. */
export function createEmailChannel({ to, ...settings }: EmailSettings): AlertChannel {
  const mailer = createMailer(settings);
  return {
    name: 'email',
    send: (id, notice) =>
      mailer.send({
        id,
        to,
        subject: `[Wafleet] ${notice.data.title}`,
        text: noticeText(notice),
        date: new Date(notice.timestamp),
      }),
  };
}
