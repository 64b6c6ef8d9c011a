const stickerSize = 512;

/** A picture as a sticker: whole, in the middle of a transparent square. Rejects for what is no picture. */
export async function toWebpSticker(picture: Blob): Promise<Blob> {
  const bitmap = await createImageBitmap(picture);
  const canvas = new OffscreenCanvas(stickerSize, stickerSize);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas to draw on');
  const scale = stickerSize / Math.max(bitmap.width, bitmap.height);
  const [width, height] = [bitmap.width * scale, bitmap.height * scale];
  context.drawImage(bitmap, (stickerSize - width) / 2, (stickerSize - height) / 2, width, height);
  bitmap.close();
  return canvas.convertToBlob({ type: 'image/webp' });
}
