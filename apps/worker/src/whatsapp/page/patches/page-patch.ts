/**
 * A small correction of the page. It runs after every load of the page, once WhatsApp's modules are there, and looks
 * itself whether it is needed.
 */
export interface PagePatch {
  name: string;
  /** What goes wrong without it. */
  cures: string;
  /** Runs in the page, as its own source text. Applying it twice changes nothing. */
  apply: () => PatchOutcome;
}

export type PatchOutcome = 'applied' | 'not_needed' | 'impossible';
