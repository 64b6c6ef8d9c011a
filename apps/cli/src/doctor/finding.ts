/** What doctor found out about one thing. */
export interface Finding {
  /** Which check, in a word. */
  check: string;
  /** Which tenant, path or process; null where there is one only. */
  about: string | null;
  level: Level;
  /** What is, in one sentence. */
  says: string;
  /** The command or the step that mends it; null where nothing is to be mended. */
  mend: string | null;
  /** What `--fix` does about it: only what loses nothing and interrupts nobody. */
  fix?: Fix;
}

export interface Fix {
  /** `chmod 600 …`, in words that can be repeated by hand. */
  does: string;
  run(): Promise<void> | void;
}

/** From best to worst. A note is neither good nor bad: what could not be looked at, or is right as it is. */
export const levels = ['well', 'note', 'warning', 'broken'] as const;
export type Level = (typeof levels)[number];

export function worstOf(findings: readonly Pick<Finding, 'level'>[]): Level {
  return findings.reduce<Level>(
    (worst, { level }) => (levels.indexOf(level) > levels.indexOf(worst) ? level : worst),
    'well',
  );
}

/** Findings of one check are made by this. */
export function findingsOf(check: string) {
  const make =
    (level: Level) =>
    (says: string, more: { mend?: string; about?: string; fix?: Fix } = {}): Finding => ({
      check,
      level,
      says,
      about: more.about ?? null,
      mend: more.mend ?? null,
      ...(more.fix === undefined ? {} : { fix: more.fix }),
    });
  return { well: make('well'), note: make('note'), warning: make('warning'), broken: make('broken') };
}
