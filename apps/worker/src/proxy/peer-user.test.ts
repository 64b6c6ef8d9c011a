import { describe, expect, it } from '@jest/globals';
import { findPeerUser } from './peer-user';

const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1C84 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 31337 1 0000 100 0 0 10 0
   1: 0100007F:C350 0100007F:1C84 01 00000000:00000000 02:00000576 00000000 61234        0 31338 2 0000 20 4 30 10 -1
   2: 0100007F:1C84 0100007F:C350 01 00000000:00000000 02:00000576 00000000  1000        0 31339 2 0000 20 4 30 10 -1
   3: 0100007F:C351 0100007F:1C84 06 00000000:00000000 03:00000576 00000000     0        0 0 3 0000
   4: 0200007F:C352 0100007F:1C84 01 00000000:00000000 02:00000576 00000000  1000        0 31340 2 0000
`;

describe('findPeerUser', () => {
  it.each([
    ['the owner of the peer’s end, not of ours', 50_000, 61_234],
    ['nobody for an end that is closed already', 50_001, null],
    ['nobody for a peer with another address', 50_002, null],
    ['nobody for a connection that is not there', 50_003, null],
  ])('finds %s', (_name, port, user) => {
    expect(findPeerUser(table, { port, connectedTo: 7_300 })).toBe(user);
  });

  it('finds nobody where there is no table', () => {
    expect(findPeerUser('', { port: 50_000, connectedTo: 7_300 })).toBeNull();
  });
});
