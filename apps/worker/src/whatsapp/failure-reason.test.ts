import { describe, expect, it } from '@jest/globals';
import { failureOf, missingModuleOf } from './failure-reason';

describe('failureOf', () => {
  it.each([
    ['auth timeout', 'page_timeout'],
    ['ready timeout', 'ready_timeout'],
    [new Error('net::ERR_NAME_NOT_RESOLVED at https://web.whatsapp.com/'), 'whatsapp_unreachable'],
    [new Error('net::ERR_PROXY_CONNECTION_FAILED at https://web.whatsapp.com/'), 'proxy_unreachable'],
    [new Error('Requiring unknown module "WAWebCmd"'), 'page_incompatible'],
    [new Error('Failed to launch the browser process: Code: 21\n\nstderr:'), 'profile_locked'],
    [new Error('Failed to launch the browser process: Code: 1\n\nstderr: boom'), 'browser_crashed'],
    [
      new Error(
        'Failed to launch the browser process!\nRunning as root without --no-sandbox is not supported',
      ),
      'permission_denied',
    ],
    [new Error('spawn /opt/browser ENOENT'), 'browser_missing'],
    [new Error('Protocol error (Runtime.callFunctionOn): Target closed'), 'renderer_crashed'],
    [new Error('window.require is not a function'), 'page_timeout'],
    [undefined, 'page_timeout'],
  ])('%s → %s', (error, reason) => {
    expect(failureOf(error).reason).toBe(reason);
  });

  it('names the module that a page does not have', () => {
    expect(missingModuleOf(new Error('Requiring unknown module "WAWebCollections"'))).toBe(
      'WAWebCollections',
    );
    expect(missingModuleOf(new Error('another error'))).toBeNull();
  });

  it('tells nothing about people', () => {
    expect(failureOf(new Error('no chat 15550100123@c.us')).detail).toBe('no chat [jid]');
  });
});
