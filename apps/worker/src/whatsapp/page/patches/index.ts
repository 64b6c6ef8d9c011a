import type { Logger } from '@wafleet/runtime';
import type { PageCalls } from '../page-calls';
import { chosenMessageId } from './chosen-message-id';
import { oneLoadAtATime } from './one-load-at-a-time';
import type { PagePatch, PatchOutcome } from './page-patch';
import { serializedIds } from './serialized-ids';

/** In this order: the second builds keys, which the first repairs. */
const pagePatches: PagePatch[] = [serializedIds, chosenMessageId, oneLoadAtATime];

/** After every load of the page. One that can't be applied is found by the self-test. */
export async function applyPagePatches(calls: PageCalls, log: Logger): Promise<void> {
  for (const { name, apply } of pagePatches) {
    const outcome = await calls.ask(apply).catch((): PatchOutcome => 'impossible');
    if (outcome !== 'not_needed') log.debug({ patch: name, outcome }, 'page patch');
  }
}
