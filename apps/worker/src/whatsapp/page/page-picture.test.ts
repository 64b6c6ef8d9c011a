import { describe, expect, it } from '@jest/globals';
import { incidentLimits } from '@wafleet/contracts';
import { takePicture } from './page-picture';

type Calls = Parameters<typeof takePicture>[0];

/** A page that shows a code at these looks, one after the other. */
function page(codes: boolean[], jpeg: () => Promise<string> = () => Promise.resolve('/9j/')): Calls {
  const looks = [...codes];
  return { hasPage: true, ask: () => Promise.resolve(looks.shift() as never), screenshot: jpeg };
}

const never = () => new Promise<string>(() => undefined);
const code = { none: 'a code that links the account may have been on the page' };

describe('a picture of the page', () => {
  it.each([
    ['is taken where the page answers', page([false, false]), { jpeg: '/9j/' }],
    ['is not taken of a code', page([true]), code],
    ['is dropped when a code appeared meanwhile', page([false, true]), code],
    ['is not waited for', page([false, false], never), { none: 'the page did not answer in time' }],
    [
      'is not there for a page that can not be asked',
      page([false, false], () => Promise.reject(new Error('Target closed'))),
      { none: 'the page could not be asked' },
    ],
    ['is not there without a page', { ...page([]), hasPage: false }, { none: 'no page was open' }],
    [
      'is dropped when it is too large',
      page([false, false], () => Promise.resolve('a'.repeat(incidentLimits.screenshotBytes * 2))),
      { none: 'it was too large' },
    ],
  ])('%s', async (_title, calls, expected) => {
    expect(await takePicture(calls, 50)).toEqual(expected);
  });
});
