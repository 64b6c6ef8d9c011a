import type { PageChat, PageGlobals, PageMsg } from '../page-modules';
import type { PagePatch, PatchOutcome } from './page-patch';

/**
 * Two that fetch the earlier messages of one chat at the same time ask for the same ones, and who comes second gets
 * nothing: to them the chat seems to begin there, a message that lies further back seems absent, and a gap whole. Here the
 * second waits for the first, and gets what is before that.
 */
export const oneLoadAtATime: PagePatch = {
  name: 'one-load-at-a-time',
  cures: 'a chat that seems to begin where another reader was just then',
  apply: wrapLoading,
};

function wrapLoading(): PatchOutcome {
  type Load = (asked: { chat: PageChat }) => Promise<PageMsg[] | undefined>;
  const page = globalThis as unknown as PageGlobals;
  const loading = page.require?.('WAWebChatLoadMessages');
  const original: Load | undefined = loading?.loadEarlierMsgs;
  if (!loading || typeof original !== 'function') return 'impossible';
  if ('wafleetWrapped' in original) return 'not_needed';
  /** A load that never ends holds nobody up for ever. */
  const patienceMs = 30_000;
  const last = new WeakMap<PageChat, Promise<unknown>>();
  const load: Load = (asked) => {
    const before = last.get(asked.chat);
    const patience = () => new Promise((resolve) => setTimeout(resolve, patienceMs));
    const turn = before ? Promise.race([before, patience()]) : Promise.resolve();
    const loaded = turn.then(() => original(asked));
    last.set(
      asked.chat,
      loaded.catch(() => undefined),
    );
    return loaded;
  };
  loading.loadEarlierMsgs = Object.assign(load, { wafleetWrapped: true });
  return loading.loadEarlierMsgs === original ? 'impossible' : 'applied';
}
