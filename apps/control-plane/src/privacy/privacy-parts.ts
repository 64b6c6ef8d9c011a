import type { TenantId } from '@wafleet/contracts';
import type { Config } from '../config';
import { eraseContact } from './erase-contact';
import { createErasureService } from './erasures';
import { createRetentionService } from './retention';
import { retentionCleanup } from './retention-cleanup';

type EraseContactDeps = Parameters<typeof eraseContact>[0];

/** How long what is kept of people is kept, and how it is erased. */
export function createPrivacyParts(
  defaults: Config['retention'],
  deps: EraseContactDeps & Omit<Parameters<typeof createRetentionService>[0], 'defaults'>,
) {
  const { db, now } = deps;
  return {
    services: {
      retention: createRetentionService({ ...deps, defaults }),
      eraseContact: (tenantId: TenantId, contact: string, by: Parameters<typeof eraseContact>[3]) =>
        eraseContact(deps, tenantId, contact, by),
      erasures: createErasureService({ db }),
    },
    cleanups: retentionCleanup({ db, defaults, now }),
  };
}
