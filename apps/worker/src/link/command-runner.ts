import type { Command, CommandFrame, CommandKind, CommandResult, ResultFrame } from '@wafleet/contracts';
import { scrub, type Logger } from '@wafleet/runtime';

const remembered = 1_000;
/** Doing these twice is doing them once; remembered they would push out what must be, and a part read is large. */
const unremembered: readonly CommandKind[] = ['media.stage', 'media.read', 'media.drop', 'page.read'];

/**
 * Runs commands, each id once: a repeated id gets the result of the first time, or waits for it. Results are
 * remembered for the last thousand commands.
 */
export class CommandRunner {
  private readonly results = new Map<string, Promise<CommandResult>>();

  constructor(
    private readonly handle: (command: Command) => Promise<CommandResult>,
    private readonly log: Logger,
  ) {}

  async run(frame: CommandFrame): Promise<ResultFrame> {
    let result = this.results.get(frame.id);
    if (!result) {
      result = this.handle(frame.command).catch((err: unknown) => this.bug(err, frame));
      if (!unremembered.includes(frame.command.kind)) this.remember(frame.id, result);
    }
    return { type: 'result', id: frame.id, result: await result };
  }

  private bug(err: unknown, { id, command }: CommandFrame): CommandResult {
    this.log.error({ err, commandId: id, kind: command.kind }, 'command failed unexpectedly');
    return { ok: false, code: 'rejected', message: scrub(String(err), 300), nothingSent: false };
  }

  private remember(id: string, result: Promise<CommandResult>): void {
    this.results.set(id, result);
    const [oldest] = this.results.keys();
    if (this.results.size > remembered && oldest !== undefined) this.results.delete(oldest);
  }
}
