import type { PageFaults } from '../faults/fault-table';
import { Mailbox } from './mailbox';
import { MediaCache } from './media/media-cache';
import { Cmd, ConnModel, SocketModel, StreamModel } from './models/connection-models';
import { Emitter } from './models/emitter';
import { userWid } from './models/wid';
import { Mishaps } from './mishaps';
import { ProfilePictures } from './media/profile-pictures';
import { ProfileStore } from './connection/profile-store';
import { Registration } from './connection/registration';
import { Session } from './connection/session';

/** The parts of the page, which its modules are made of. */
export interface Page {
  socket: SocketModel;
  conn: ConnModel;
  cmd: Cmd;
  stream: StreamModel;
  calls: CallCollection;
  registration: Registration;
  mailbox: Mailbox;
  mediaCache: MediaCache;
  pictures: ProfilePictures;
  session: Session;
}

export function createPage(faults: PageFaults): Page {
  const socket = new SocketModel();
  const conn = new ConnModel();
  const cmd = new Cmd();
  const registration = new Registration();
  const mailbox = new Mailbox();
  const profile = new ProfileStore();
  const mishaps = new Mishaps();
  if (faults.memoryGrowthMbPerMinute) mishaps.growMemory(faults.memoryGrowthMbPerMinute);
  const session = new Session({ socket, conn, cmd, profile, registration, mailbox, mishaps, faults });
  return {
    socket,
    conn,
    cmd,
    registration,
    mailbox,
    mediaCache: new MediaCache(),
    session,
    pictures: new ProfilePictures(session.link, (id) => id === userWid(session.account.number).toString()),
    stream: new StreamModel(),
    calls: new CallCollection(),
  };
}

/** WAWebCallCollection: nobody calls here, but the library watches the map. */
class CallCollection extends Emitter {
  readonly calls = new Map<string, unknown>();
}
