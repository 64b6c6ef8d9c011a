import { createAuditLog } from '../audit/audit-log';
import { auditRetention } from '../audit/forget-audit';
import type { Config } from '../config';
import type { Mailer } from '../mail/mailer';
import { endedLinkRetention } from '../onboarding/forget-links';
import { createOnboardingLinks } from '../onboarding/onboarding-links';
import { createSignIn } from '../sign-in/sign-in';
import { createMembers } from '../users/members';
import { createInvitations } from './invitations';
import { createTenantPeople } from './tenant-people';
import { createUserService } from './user-service';

/** Who people are, how they get in, and what they did; in the order of their needs. */
export function createPeopleParts(
  config: Pick<Config, 'signIn' | 'auditKeepDays'>,
  deps: Omit<Parameters<typeof createSignIn>[0], 'members' | 'config'> & { mailer: Mailer | null },
) {
  const { db, mailer, newId, now, log } = deps;
  const members = createMembers({ db, newId, now });
  const signIn = createSignIn({ ...deps, members, config: config.signIn });
  const invitations = createInvitations({ db, signIn, mailer, newId, now, log });
  return {
    services: {
      members,
      signIn,
      invitations,
      audit: createAuditLog({ db, newId, now, log }),
      users: createUserService({ db, members, invitations, signIn, newId, now }),
      people: createTenantPeople({ db, members, invitations }),
      onboarding: createOnboardingLinks({ db, publicUrl: config.signIn.publicUrl, newId, now }),
    },
    cleanups: [endedLinkRetention({ db, now }), auditRetention({ db, keepDays: config.auditKeepDays, now })],
  };
}
