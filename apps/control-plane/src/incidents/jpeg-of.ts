/** A picture that a worker sent, in base64. Null: what does not look like a JPEG is none, whatever the worker calls it. */
export function jpegOf(base64: string): Buffer | null {
  const picture = Buffer.from(base64, 'base64');
  return picture.subarray(0, jpegBegins.length).equals(jpegBegins) ? picture : null;
}

const jpegBegins = Buffer.from([0xff, 0xd8, 0xff]);
