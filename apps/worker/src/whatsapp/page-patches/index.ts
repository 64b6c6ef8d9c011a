import { chosenMessageId } from './chosen-message-id';
import type { PagePatch } from './page-patch';
import { serializedIds } from './serialized-ids';

export type { PagePatch, PatchOutcome } from './page-patch';

/** In this order: the later ones build keys, which the first repairs. */
export const pagePatches: PagePatch[] = [serializedIds, chosenMessageId];
