import type { Config } from './config';
import { readAccess } from './connection/access';
import { type Api, createApi } from './connection/api';
import { findTenant } from './connection/find-tenant';
import { Failure } from './failure';
import type { Terminal } from './terminal/terminal';
import type { Context, Shown } from './verbs/verb';
import { pause } from './verbs/wait';

/** What stands between verbs and the terminal: what is shown, asked and waited for. */
export interface Shell {
  contextFor(options: { json: boolean; isAgreed: boolean; waitMs: number }): Context;
  show(shown: Shown | null, asJson: boolean): void;
  /** Again and again until Ctrl-C; printed when it has changed. */
  watch(look: () => Promise<Shown | null>, everyMs: number, asJson: boolean): Promise<void>;
  writeHelp(text: string): void;
  writeError(text: string): void;
  /** Of what was shown. */
  exitCode(): number;
}

export function createShell(config: Config, terminal: Terminal, signal: AbortSignal): Shell {
  let exitCode = 0;
  let api: Api | undefined;
  const connect = () => (api ??= createApi(readAccess(config)));

  const print = (shown: Shown, asJson: boolean, write: (text: string) => void) => {
    exitCode = shown.exitCode ?? 0;
    const text = asJson ? JSON.stringify(shown.data) : shown.text;
    if (text !== null) write(text);
  };
  return {
    contextFor: ({ json, isAgreed, waitMs }) => ({
      config,
      terminal,
      signal,
      waitMs,
      asJson: json,
      api: connect,
      findTenant: (called) => findTenant(connect(), called),
      line: (data, text) => terminal.out(json ? JSON.stringify(data) : text),
      progress: (text) => json || terminal.progress(text),
      remark: (text) => json || terminal.err(text),
      async confirm({ does, keeps, word }) {
        if (isAgreed) return;
        const plan = `It will ${does}.\nIt keeps ${keeps}.`;
        if (!terminal.canAsk)
          throw new Failure('usage', {
            title: 'This needs a yes, and nobody can be asked here.',
            detail: plan,
            action: 'Say it with --yes.',
          });
        const said = (await terminal.ask(`${plan}\nType ${word ?? 'yes'} to go on: `, signal)).trim();
        if (word === undefined ? !/^y(es)?$/i.test(said) : said !== word)
          throw new Failure('failed', {
            title: 'Nothing was done.',
            detail: `The answer was not ${word ?? 'yes'}.`,
          });
      },
    }),
    show(shown, asJson) {
      terminal.progress(null);
      if (shown !== null) print(shown, asJson, terminal.out);
    },
    async watch(look, everyMs, asJson) {
      let before = '';
      for (;;) {
        const shown = await look();
        const now = shown === null ? '' : JSON.stringify(shown.data);
        // What is shown says how long ago things were: on a terminal it is drawn each time.
        const isNews = now !== before || (terminal.canRedraw && !asJson);
        if (shown !== null && isNews) print(shown, asJson, asJson ? terminal.out : terminal.redraw);
        before = now;
        await pause(everyMs, signal);
      }
    },
    writeHelp: (text) => terminal.out(text.trimEnd()),
    writeError: (text) => terminal.err(text.trimEnd()),
    exitCode: () => exitCode,
  };
}
