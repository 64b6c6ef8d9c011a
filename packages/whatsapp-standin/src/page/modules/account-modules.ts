import { Wid, userWid } from '../models/wid';
import type { Page } from '../page';

/** Who the page is linked to, and switches that the library turns once it is. */
export function accountModules({ session, stream, calls }: Page): Record<string, unknown> {
  return {
    WAWebUserPrefsMeUser: {
      getMaybeMePnUser: () => session.maybeAccount && userWid(session.maybeAccount.number),
      getMaybeMeLidUser: () => session.maybeAccount && new Wid(session.maybeAccount.lid, 'lid'),
    },
    WAWebStreamModel: { Stream: stream },
    WAWebSyncGatingUtils: { isPlaceholderMessageResendEnabled: () => false },
    WAWebCallCollection: calls,
    WAWebBackendJobsCommon: { mediaTypeFromProtobuf: () => null },
    WAWebE2EProtoUtils: { typeAttributeFromProtobuf: () => 'text' },
    WAWebPresenceChatAction: {
      sendPresenceAvailable: async () => stream.markAvailable(),
      sendPresenceUnavailable: async () => stream.markUnavailable(),
    },
  };
}
