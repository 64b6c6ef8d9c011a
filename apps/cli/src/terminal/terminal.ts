import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** The person at the other end, or the file or pipe in their place. Results go to stdout, everything else to stderr. */
export interface Terminal {
  /** A person can be asked. */
  readonly canAsk: boolean;
  /** What is printed can be replaced by something newer. */
  readonly canRedraw: boolean;
  out(text: string): void;
  err(text: string): void;
  /** Instead of everything that was printed. */
  redraw(text: string): void;
  /** A line that the next one of its kind replaces; on anything but a terminal only what is new is printed. */
  progress(text: string | null): void;
  style(style: Style, text: string): string;
  /** @throws AbortError */
  ask(question: string, signal: AbortSignal): Promise<string>;
  /** The same, and what is typed is not shown. */
  askSecret(question: string, signal: AbortSignal): Promise<string>;
}

export function createTerminal(options: { wantsColour: boolean }): Terminal {
  const { stdin, stdout, stderr } = process;
  const hasColour = options.wantsColour && stdout.isTTY;
  let shown: string | null = null;

  const clearProgress = () => {
    if (shown !== null && stderr.isTTY) stderr.write('\r\u001b[K');
    shown = null;
  };
  return {
    canAsk: stdin.isTTY && stderr.isTTY,
    canRedraw: stdout.isTTY,
    out(text) {
      clearProgress();
      stdout.write(`${text}\n`);
    },
    err(text) {
      clearProgress();
      stderr.write(`${text}\n`);
    },
    redraw(text) {
      clearProgress();
      stdout.write(stdout.isTTY ? `\u001b[H\u001b[2J${text}\n` : `${text}\n`);
    },
    progress(text) {
      if (text === shown) return;
      clearProgress();
      if (text === null) return;
      stderr.write(stderr.isTTY ? text : `${text}\n`);
      shown = text;
    },
    style: (style, text) => (hasColour ? styleText(style, text) : text),
    async ask(question, signal) {
      clearProgress();
      const lines = createInterface({ input: stdin, output: stderr });
      try {
        return await lines.question(question, { signal });
      } finally {
        lines.close();
      }
    },
    async askSecret(question, signal) {
      clearProgress();
      stderr.write(question);
      const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
      const lines = createInterface({ input: stdin, output: nowhere, terminal: true });
      try {
        return await lines.question('', { signal });
      } finally {
        lines.close();
        stderr.write('\n');
      }
    },
  };
}
