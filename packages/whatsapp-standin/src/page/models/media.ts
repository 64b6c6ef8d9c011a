import { Model, exposeAttributes } from './model';

/** What a file becomes as a message, by its type and by what the caller wants of it. */
export interface MediaWishes {
  asSticker?: boolean;
  asGif?: boolean;
  isPtt?: boolean;
  asDocument?: boolean;
}

export type MediaType = 'image' | 'video' | 'audio' | 'ptt' | 'document' | 'sticker';

/** WAWebMediaOpaqueData: bytes, which code outside the page only passes on. */
export class OpaqueData {
  private address: string | undefined;

  private constructor(
    private readonly blob: Blob,
    readonly type: string,
  ) {}

  static async createFromData(data: Blob, mimetype: string): Promise<OpaqueData> {
    return new OpaqueData(data, mimetype);
  }

  get name(): string | undefined {
    return this.blob instanceof File ? this.blob.name : undefined;
  }

  get size(): number {
    return this.blob.size;
  }

  url(): string {
    this.address ??= URL.createObjectURL(this.blob);
    return this.address;
  }

  /** The bytes need no address any more: as long as they have one, the browser keeps them. */
  autorelease(): void {
    if (this.address) URL.revokeObjectURL(this.address);
    this.address = undefined;
  }

  formData(): Blob {
    return this.blob;
  }
}

interface MediaAttributes {
  type: MediaType;
  mimetype: string;
  mediaBlob: OpaqueData;
  /** SHA-256, base64. */
  filehash: string;
  size: number;
  filename: string | undefined;
  isGif: boolean | undefined;
}

/** What a message will hold of its media: made before the upload, completed after it. */
export class MediaData extends Model<MediaAttributes> {}
exposeAttributes(MediaData, [
  ...['type', 'mimetype', 'mediaBlob', 'filehash', 'size', 'filename', 'isGif'],
  ...['caption', 'isViewOnce', 'preview', 'renderableUrl', 'waveform'],
]);

/** A content on its way to the server, apart from the message that will hold it. */
export class MediaObject extends Model<Partial<MediaAttributes>> {
  /** What the page has found in the content, of which it reads nothing. */
  readonly contentInfo = {};

  consolidate(attributes: MediaAttributes): void {
    this.set(attributes);
  }
}
exposeAttributes(MediaObject, ['type', 'mimetype', 'filehash', 'size']);

export async function prepareMedia(data: OpaqueData, wishes: MediaWishes): Promise<MediaData> {
  const type = typeOf(data.type, wishes);
  return new MediaData({
    type,
    mimetype: data.type,
    mediaBlob: data,
    filehash: await hashOf(await data.formData().arrayBuffer()),
    size: data.size,
    filename: type === 'document' ? data.name : undefined,
    isGif: type === 'video' ? wishes.asGif === true : undefined,
  });
}

function typeOf(mimetype: string, { asDocument, asSticker, isPtt }: MediaWishes): MediaType {
  if (asDocument) return 'document';
  if (asSticker) return 'sticker';
  const [family] = mimetype.split('/');
  if (family === 'audio') return isPtt ? 'ptt' : 'audio';
  return family === 'image' || family === 'video' ? family : 'document';
}

/** SHA-256, base64. */
export async function hashOf(bytes: ArrayBuffer): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', bytes);
  return btoa(String.fromCharCode(...new Uint8Array(hash)));
}
