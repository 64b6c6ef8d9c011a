import { createChatActs } from './chat-acts';
import { createChatDirectory } from './chat-directory';
import { createChatHistory } from './chat-history';
import { createGroups } from './groups';
import { createPageRequests } from './page-requests';

/** What is asked of a tenant's page about its chats, contacts and groups. */
export function createChatParts(
  deps: Parameters<typeof createPageRequests>[0] & Pick<Parameters<typeof createChatActs>[0], 'media'>,
) {
  const requests = createPageRequests(deps);
  return {
    chatDirectory: createChatDirectory(requests),
    chatHistory: createChatHistory({ db: deps.db, requests }),
    chatActs: createChatActs({ ...deps, requests }),
    groups: createGroups(requests),
  };
}
