import { beforeEach, describe, expect, it } from '@jest/globals';
import { incidentLimits } from '@wafleet/contracts';
import { BrowserJournal } from './browser-journal';

let journal: BrowserJournal;
beforeEach(() => {
  journal = new BrowserJournal(() => 7);
});

const written = () => journal.read().console.map(({ text }) => text);

describe('what a browser wrote', () => {
  it('is kept with its level and time, the newest of it, in short', () => {
    for (let line = 0; line < 100; line += 1)
      journal.onConsole('warn', `line ${line} ${'word '.repeat(200)}`);
    const lines = journal.read().console;
    expect(lines).toHaveLength(incidentLimits.console);
    expect(lines.at(-1)).toMatchObject({
      at: 7,
      level: 'warn',
      text: expect.stringMatching(/^line 99 word/),
    });
    expect(lines.at(-1)?.text).toHaveLength(incidentLimits.lineLength);
  });

  it('is cut where it repeats a message, whichever comes first', () => {
    journal.onConsole('error', 'before: see you at the old bridge');
    journal.onText('see you at the old bridge');
    journal.onConsole('error', 'after: see you at the old bridge, they said');
    expect(written()).toEqual(['before: [text]', 'after: [text]']);
  });

  it('is not cut at texts that are part of many words', () => {
    journal.onText('a');
    journal.onConsole('error', 'a plain line');
    expect(written()).toEqual(['a plain line']);
  });

  it('comes in pieces, and is put together again', () => {
    for (const piece of ['[1:2] V8 java', 'script OOM (CALL', ')\n\nnext\nrest']) journal.onOutput(piece);
    expect(journal.read().browserOutput.map(({ text }) => text)).toEqual([
      '[1:2] V8 javascript OOM (CALL)',
      'next',
    ]);
    expect(journal.saidOutOfMemory).toBe(true);
  });

  it('stays when the next browser begins, and how the last one ended does not', () => {
    journal.onPageError('it broke');
    journal.onEnd({ browserExit: { code: null, signal: 'SIGKILL' }, outOfMemory: 'kernel' });
    journal.onOutput('Out of memory\n');
    journal.begin();
    expect(journal.read()).toMatchObject({
      pageErrors: [{ text: 'it broke' }],
      browserExit: null,
      outOfMemory: null,
    });
    expect(journal.saidOutOfMemory).toBe(false);
  });
});
