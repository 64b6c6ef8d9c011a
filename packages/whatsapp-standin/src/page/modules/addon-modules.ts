import type { Page } from '../page';

/** Reactions and votes, where the library looks for them and where it listens. */
export function addonModules({ mailbox }: Page): Record<string, unknown> {
  const { changes } = mailbox;
  return {
    WAWebAddonReactionTableMode: { reactionTableMode: changes.reactionTableMode },
    WAWebAddonPollVoteTableMode: { pollVoteTableMode: changes.pollVoteTableMode },
    WAWebPollsVotesSchema: { getTable: () => changes.votes },
  };
}
