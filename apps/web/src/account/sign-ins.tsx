'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ActionButton } from '@/calls/action-button';
import { AuditLink } from '@/calls/audit-link';
import { Answer } from '@/calls/answer';
import { getJson, post } from '@/calls/control-plane';
import { Ago } from '@/ui/time';

/** A sign-in, as better-auth lists it. */
interface SignIn {
  token: string;
  createdAt: string;
  ipAddress?: string | null;
  userAgent?: string | null;
}

export function SignIns() {
  const answers = useQueryClient();
  const signIns = useQuery({
    queryKey: ['sign-ins'],
    queryFn: () => getJson<SignIn[]>('/api/auth/list-sessions'),
  });
  return (
    <Answer of={signIns} what="Your sign-ins">
      {(list) => (
        <div className="flex flex-col gap-4">
          <ul className="flex flex-col gap-3">
            {list.map(({ token, createdAt, ipAddress, userAgent }) => (
              <li key={token} className="flex items-start justify-between gap-3 text-sm">
                <span>
                  <span className="block font-medium">{browserOf(userAgent)}</span>
                  <span className="text-soft">
                    {ipAddress ? `${ipAddress}, ` : ''}since <Ago at={createdAt} />
                  </span>
                </span>
              </li>
            ))}
          </ul>
          {list.length > 1 ? (
            // A person's own, and on record in no workspace.
            <AuditLink href={null}>
              <ActionButton
                kind="plain"
                label="Sign out everywhere else"
                busyLabel="Signing out…"
                doneText="You are signed out everywhere else"
                act={() => post('/api/auth/revoke-other-sessions')}
                onDone={() => void answers.invalidateQueries({ queryKey: ['sign-ins'] })}
              />
            </AuditLink>
          ) : (
            <p className="text-sm text-soft">Nowhere else.</p>
          )}
        </div>
      )}
    </Answer>
  );
}

/** Enough to know one's own again. */
function browserOf(userAgent: string | null | undefined): string {
  const text = userAgent ?? '';
  const browser = /(Firefox|Edg|OPR|Chrome|Safari)\//.exec(text)?.[1] ?? 'A browser';
  const system = /(Windows|Mac OS X|Android|iPhone|iPad|Linux)/.exec(text)?.[1];
  const name = { Edg: 'Edge', OPR: 'Opera' }[browser] ?? browser;
  return system ? `${name} on ${system}` : name;
}
