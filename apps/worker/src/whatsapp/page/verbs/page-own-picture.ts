import type { VerbGlobals } from './verb-modules';

/**
 * A function that runs inside the page, as those of page-functions.ts. The middle square of the picture is shown. The library's own
 * call waits for an image element, which our browser never loads.
 * @param picture base64; null: none any more
 */
export async function changeOwnPicture(
  picture: { mimetype: string; data: string } | null,
): Promise<'media_unreadable' | 'not_allowed' | null> {
  const page = globalThis as unknown as VerbGlobals;
  const user = page.require('WAWebUserPrefsMeUser');
  const me = user.getMaybeMePnUser() ?? user.getMaybeMeLidUser();
  if (!page.WWebJS || !me) throw new Error('the page is not ready');
  const wid = page.require('WAWebWidFactory').createWid(`${me.user}@${me.server}`);
  const bridge = page.require('WAWebContactProfilePicThumbBridge');
  const { ProfilePicThumb } = page.require('WAWebCollections');
  const shown = ProfilePicThumb.get(wid) ?? (await ProfilePicThumb.find(wid));
  const isTaken = async (answer: Promise<{ status?: number } | undefined>) => {
    try {
      return (await answer)?.status === 200;
    } catch (error) {
      if ((error as Error).name === 'ServerStatusCodeError') return false;
      throw error;
    }
  };
  if (picture === null) {
    if (!shown?.canDelete()) return null;
    return (await isTaken(bridge.requestDeletePicture(wid))) ? null : 'not_allowed';
  }
  if (!shown?.canSet()) return 'not_allowed';

  const bytes = Uint8Array.from(atob(picture.data), (char) => char.charCodeAt(0));
  const bitmap = await page
    .createImageBitmap(new Blob([bytes], { type: picture.mimetype }))
    .catch(() => null);
  if (bitmap === null) return 'media_unreadable';
  const side = Math.min(bitmap.width, bitmap.height);
  const [left, top] = [(bitmap.width - side) / 2, (bitmap.height - side) / 2];
  const square = async (size: number) => {
    const canvas = new page.OffscreenCanvas(size, size);
    canvas.getContext('2d').drawImage(bitmap, left, top, side, side, 0, 0, size, size);
    const jpeg = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.75 });
    let text = '';
    for (const byte of new Uint8Array(await jpeg.arrayBuffer())) text += String.fromCharCode(byte);
    return `data:image/jpeg;base64,${btoa(text)}`;
  };
  const [thumbnail, full] = [await square(96), await square(640)];
  return (await isTaken(bridge.sendSetPicture(wid, thumbnail, full))) ? null : 'not_allowed';
}
