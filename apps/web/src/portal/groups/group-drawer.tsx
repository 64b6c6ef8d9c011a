'use client';

import { useQuery } from '@tanstack/react-query';
import type { Group } from '@wafleet/contracts';
import { Answer } from '@/calls/answer';
import { answerOf, controlPlane } from '@/calls/control-plane';
import { Dialog } from '@/ui/dialog';
import { Mark } from '@/ui/mark';

/** One group: what it is for, who may do what in it, and who is in it. */
export function GroupDrawer({ groupId, onClose }: { groupId: string | null; onClose: () => void }) {
  const group = useQuery({
    queryKey: ['group', groupId],
    queryFn: () =>
      answerOf(
        controlPlane.GET('/portal/tenant/current/groups/{groupId}', {
          params: { path: { groupId: groupId ?? '' } },
        }),
      ),
    enabled: groupId !== null,
  });
  return (
    <Dialog isDrawer isOpen={groupId !== null} onClose={onClose} title={group.data?.subject ?? 'Group'}>
      <Answer of={group} what="The group" lines={6}>
        {(one) => <Details group={one} />}
      </Answer>
    </Dialog>
  );
}

function Details({ group }: { group: Group }) {
  const { description, isAdmin, onlyAdminsWrite, onlyAdminsEdit, onlyAdminsAdd, participants } = group;
  const rules = [
    [onlyAdminsWrite, 'write'],
    [onlyAdminsEdit, 'change name and picture'],
    [onlyAdminsAdd, 'add members'],
  ] as const;
  const reserved = rules.flatMap(([isReserved, what]) => (isReserved ? [what] : []));
  return (
    <div className="flex flex-col gap-4">
      {description === '' ? null : <p className="break-words whitespace-pre-wrap">{description}</p>}
      <p className="text-soft">
        {isAdmin ? 'You are an admin of it. ' : ''}
        {reserved.length === 0
          ? 'Everybody in it may write, change it and add members.'
          : `Only admins ${reserved.join(', ')}.`}
      </p>
      <div>
        <h3 className="mb-2 font-medium">
          {participants.length} {participants.length === 1 ? 'member' : 'members'}
        </h3>
        <ul className="flex flex-col gap-2 text-sm">
          {participants.map((member) => (
            <li key={member.id} className="flex items-center justify-between gap-3">
              <span className="break-all">{nameOf(member.id)}</span>
              {member.isAdmin ? <Mark tone="rest">Admin</Mark> : null}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

/** A number where the id is one; WhatsApp hides some. */
const nameOf = (id: string) => (id.endsWith('@c.us') ? `+${id.split('@')[0]}` : id);
