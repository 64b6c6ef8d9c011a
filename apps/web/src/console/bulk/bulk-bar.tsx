'use client';

import type { BulkAction } from '@wafleet/contracts';
import { useState } from 'react';
import { Button } from '@/ui/button';
import type { FleetStore } from '../fleet/fleet-store';
import { BulkDialog } from './bulk-dialog';
import { actionWords } from './action-words';

const actions = Object.keys(actionWords) as BulkAction[];

/** What can be done with the tenants that are selected. */
export function BulkBar(props: { store: FleetStore; selected: ReadonlySet<string>; onClear: () => void }) {
  const { store, selected, onClear } = props;
  const [asked, setAsked] = useState<BulkAction | null>(null);
  if (selected.size === 0) return null;
  return (
    <div
      role="group"
      aria-label="Selected tenants"
      className="flex flex-wrap items-center gap-2 rounded-lg border border-accent bg-surface px-3 py-2"
    >
      <p className="mr-2 font-medium">{selected.size.toLocaleString('en')} selected</p>
      {actions.map((action) => (
        <Button key={action} kind="plain" size="small" onClick={() => setAsked(action)}>
          {actionWords[action].verb}
        </Button>
      ))}
      <Button kind="quiet" size="small" onClick={onClear}>
        Clear selection
      </Button>
      {asked === null ? null : (
        <BulkDialog action={asked} ids={[...selected]} store={store} onClose={() => setAsked(null)} />
      )}
    </div>
  );
}
