import type { PageGlobals } from '../page-modules';
import type { PagePatch, PatchOutcome } from './page-patch';

/**
 * In July 2026 WhatsApp renamed `_serialized` of message keys to `$1`, class by class. The library reads the old name:
 * chats fail to load, replies fail, messages come without an id.
 */
export const serializedIds: PagePatch = {
  name: 'serialized-ids',
  cures: 'ids without _serialized: getChat throws, replies fail, messages have no id',
  apply: restoreSerialized,
};

/** Finds the property that holds the whole id by its value, so that the next name is found as well. */
function restoreSerialized(): PatchOutcome {
  const page = globalThis as unknown as PageGlobals;
  const me = page.require?.('WAWebUserPrefsMeUser').getMaybeMePnUser();
  const someWid = me ?? page.require?.('WAWebWidFactory').createWid('0@c.us');
  const MsgKey = page.require?.('WAWebMsgKey');
  if (!someWid || !MsgKey) return 'impossible';
  const someKey = new MsgKey({ from: someWid, to: someWid, id: '3EB0', selfDir: 'out' });

  const restore = (sample: object, looksWhole: (text: string) => boolean): PatchOutcome => {
    if (typeof (sample as { _serialized?: unknown })._serialized === 'string') return 'not_needed';
    const prototype = Object.getPrototypeOf(sample) as object;
    const names = [...Object.getOwnPropertyNames(sample), ...Object.getOwnPropertyNames(prototype)];
    const renamed = names.find((name) => {
      const value = (sample as Record<string, unknown>)[name];
      return typeof value === 'string' && looksWhole(value);
    });
    if (renamed === undefined) return 'impossible';
    Object.defineProperty(prototype, '_serialized', {
      configurable: true,
      get(this: Record<string, unknown>) {
        return this[renamed];
      },
    });
    return 'applied';
  };
  const outcomes = [
    restore(someWid, (text) => text === `${someWid.user}@${someWid.server}`),
    restore(someKey, (text) => text.startsWith('true_') && text.includes('3EB0')),
  ];
  if (outcomes.includes('impossible')) return 'impossible';
  return outcomes.includes('applied') ? 'applied' : 'not_needed';
}
