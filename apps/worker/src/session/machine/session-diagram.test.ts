import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { reasonCodes } from '@wafleet/contracts';
import { plainEvents } from './plain-events';
import { transition } from './session-machine';
import { initialSession, type SessionEvent, type SessionModel } from './session-model';

/** Every event there is; its failures with every reason. */
const events: SessionEvent[] = [
  ...plainEvents,
  ...reasonCodes.map((reason): SessionEvent => ({ kind: 'failed', reason, detail: null })),
  { kind: 'incompatible', missing: 'send' },
  { kind: 'module_missing', name: 'WAWebCmd' },
  { kind: 'logged_out', reason: 'phone_logged_out', detail: null },
  { kind: 'stop', exitCode: 0 },
];

/** Changes of state that the machine can make from where it starts. */
function changesOfMachine(): Set<string> {
  const changes = new Set<string>();
  const seen = new Set<string>();
  const waiting: SessionModel[] = [initialSession];
  for (let session = waiting.pop(); session; session = waiting.pop()) {
    for (const event of events) {
      // What nothing planned can't come due.
      if ((event.kind === 'retry_due' || event.kind === 'attempts_used_up') && !session.retryPlanned)
        continue;
      const { next } = transition(session, event);
      if (next.state !== session.state) changes.add(`${session.state} --> ${next.state}`);
      const key = JSON.stringify({ ...next, detail: null });
      if (seen.has(key)) continue;
      seen.add(key);
      waiting.push(next);
    }
  }
  return changes;
}

describe('the diagram in README.md', () => {
  it('shows exactly the changes of state that the machine makes', () => {
    const readme = readFileSync(join(__dirname, '../README.md'), 'utf8');
    const drawn = [...readme.matchAll(/^ {2}(\w+) --> (\w+)/gm)].map(([, from, to]) => `${from} --> ${to}`);
    expect(drawn.sort()).toEqual([...changesOfMachine()].sort());
  });
});
