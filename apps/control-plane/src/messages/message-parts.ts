import type { Config } from '../config';
import { fetchMedia } from '../media/fetch-media';
import type { MediaService } from '../media/media-service';
import type { StoreWithEvents } from '../tenants/store-with-events';
import { earlyUpdateRetention } from './inbox/early-updates';
import { createMessageExpiry } from './expire-messages';
import { idempotencyKeyCleanup } from './idempotency-keys';
import { createMessageService } from './message-service';
import { createOutbox } from './outbox/outbox';
import { createScheduledMessages } from './scheduled-messages';

type OutboxDeps = Parameters<typeof createOutbox>[0];

/** Messages from the request to WhatsApp, in the order of their needs. */
export function createMessageParts(
  { sendsPerMinute, fetchNetworks }: Pick<Config, 'sendsPerMinute' | 'fetchNetworks'>,
  deps: Omit<OutboxDeps, 'scheduled' | 'expiry' | 'sendsPerMinute'> &
    Parameters<typeof createMessageExpiry>[0] & { media: MediaService; store: StoreWithEvents },
) {
  const { db, commit, store, media, newId, now } = deps;
  const expiry = createMessageExpiry(deps);
  const scheduled = createScheduledMessages({ db, commit, now });
  const outbox = createOutbox({ ...deps, scheduled, expiry, sendsPerMinute });
  const service = createMessageService({
    db,
    commit,
    store,
    outbox,
    expiry,
    fetchMedia: (tenantId, url) => fetchMedia({ media, allowed: fetchNetworks }, tenantId, url),
    newId,
    now,
  });
  const cleanups = [idempotencyKeyCleanup({ db, now }), earlyUpdateRetention({ db, now })];
  return { expiry, outbox, service, cleanups };
}
