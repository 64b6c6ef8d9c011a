'use client';

import { chooseWorkspace } from '@/calls/choose-workspace';
import { Button } from '@/ui/button';
import { Menu, MenuChoice } from '@/ui/menu';
import { ChevronDown } from 'lucide-react';

interface Choice {
  id: string;
  name: string;
}

/** For a person with several workspaces who has not chosen yet. */
export function WorkspaceList({ choices }: { choices: readonly Choice[] }) {
  return (
    <ul className="flex flex-col gap-2">
      {choices.map(({ id, name }) => (
        <li key={id}>
          <Button kind="plain" className="w-full justify-start" onClick={() => void chooseWorkspace(id)}>
            {name}
          </Button>
        </li>
      ))}
    </ul>
  );
}

export function WorkspaceMenu({ current, choices }: { current: string; choices: readonly Choice[] }) {
  const name = choices.find(({ id }) => id === current)?.name ?? '';
  if (choices.length === 1) return <span className="max-w-60 truncate text-soft">{name}</span>;
  const trigger = (
    <span className="flex max-w-60 items-center gap-1">
      <span className="truncate">{name}</span>
      <ChevronDown aria-hidden className="size-4" />
    </span>
  );
  return (
    <Menu label={`Workspace: ${name}`} isWide trigger={trigger}>
      {choices.map((choice) => (
        <MenuChoice
          key={choice.id}
          isChosen={choice.id === current}
          onSelect={() => void chooseWorkspace(choice.id)}
        >
          {choice.name}
        </MenuChoice>
      ))}
    </Menu>
  );
}

/** For an operator who looks at a workspace as its people see it. */
export function ViewingBanner({ workspace }: { workspace: Choice }) {
  return (
    <div className="bg-warn-soft px-4 py-2 text-sm text-warn sm:px-6">
      You see {workspace.name} as its people do. Nothing can be changed, and the visit is in the audit log.{' '}
      <button
        className="font-medium underline"
        onClick={() => void chooseWorkspace(null, `/fleet/${workspace.id}`)}
      >
        Back to the console
      </button>
    </div>
  );
}

export function LeaveWorkspaceButton() {
  return <Button onClick={() => void chooseWorkspace(null)}>Back</Button>;
}
