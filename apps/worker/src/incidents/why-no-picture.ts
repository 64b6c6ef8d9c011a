import type { Reason } from '@wafleet/contracts';

/** Why nobody needs to ask the page for a picture of this trouble, or null where it may be able to give one. */
export function whyNoPicture(reason: Reason): string | null {
  switch (reason) {
    case 'browser_crashed':
      return 'the browser was gone';
    case 'renderer_crashed':
    case 'out_of_memory':
      return 'the page had crashed';
    case 'browser_hung':
      return 'the page did not answer';
    default:
      return null;
  }
}
