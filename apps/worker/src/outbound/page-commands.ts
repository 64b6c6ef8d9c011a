import type { Command, CommandResult } from '@wafleet/contracts';
import { ChatQueues } from '../chat-queues';
import type { VerbOutcome, PageVerbs } from '../whatsapp/page/verbs/page-verbs';
import { failed, refused } from './results';

type Verbs = Pick<PageVerbs, 'read' | 'act'>;
type CommandOf<Kind extends Command['kind']> = Extract<Command, { kind: Kind }>;

/** What is asked of the page, and done in it, beside sending. Acts are done one at a time; questions wait for nobody. */
export class PageCommands {
  private readonly turns = new ChatQueues();

  constructor(
    private readonly options: {
      /** While connected. */
      verbs: () => Verbs | null;
      /** As of Outbound. */
      isLinkStale: () => boolean;
      now: () => number;
    },
  ) {}

  /** Never rejects, as Outbound. */
  read({ read }: CommandOf<'page.read'>): Promise<CommandResult> {
    return this.whileConnected(true, (verbs) => verbs.read(read));
  }

  act({ act, notAfter }: CommandOf<'page.act'>): Promise<CommandResult> {
    return this.turns.run('acts', async () => {
      if (this.options.isLinkStale()) return refused('link_stale', 'the link was away for too long');
      if (this.options.now() > notAfter) return refused('too_late', 'the time to begin this is over');
      return this.whileConnected(false, (verbs) => verbs.act(act));
    });
  }

  private async whileConnected(
    isQuestion: boolean,
    work: (verbs: Verbs) => Promise<VerbOutcome>,
  ): Promise<CommandResult> {
    const verbs = this.options.verbs();
    if (!verbs) return refused('not_connected', 'the session is not connected');
    try {
      const outcome = await work(verbs);
      if ('value' in outcome) return { ok: true, value: outcome.value };
      return refused(outcome.refused, outcome.about ?? 'the page does not do this');
    } catch (error) {
      return failed(error, isQuestion);
    }
  }
}
