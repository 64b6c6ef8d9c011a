import type { Content, MediaRef } from '../../content';
import { createWid } from './wid';

type Attributes = Record<string, unknown>;

const stickerType = 'image/webp';

/** How a model holds what a message says: the attributes that WhatsApp's page has for each kind, and `type`. */
export function attributesOf(content: Content): Attributes & { type: string } {
  switch (content.kind) {
    case 'chat':
      return {
        type: 'chat',
        body: content.body,
        ...(content.preview && { ...content.preview, subtype: 'url' }),
      };
    case 'image':
    case 'sticker':
      return { type: content.kind, ...captionOf(content), ...mediaAttributes(content.media) };
    case 'video':
    case 'audio':
    case 'ptt':
      return {
        type: content.kind,
        ...captionOf(content),
        ...mediaAttributes(content.media),
        duration: content.seconds === undefined ? undefined : String(content.seconds),
        isGif: content.kind === 'video' ? content.isGif === true : undefined,
      };
    case 'document': {
      const { filename } = content;
      return { type: 'document', ...captionOf(content), filename, ...mediaAttributes(content.media) };
    }
    case 'location': {
      const { latitude: lat, longitude: lng, name, address, url: clientUrl } = content;
      const lines = [name ?? '', address ?? ''];
      return {
        type: 'location',
        lat,
        lng,
        loc: name || address ? lines.join('\n').trimEnd() : '',
        clientUrl,
      };
    }
    case 'vcard':
      return { type: 'vcard', body: content.vcard, vcardFormattedName: content.displayName };
    case 'multi_vcard':
      return { type: 'multi_vcard', vcardList: content.cards };
    case 'poll_creation':
      return {
        type: 'poll_creation',
        kind: 'pollCreation',
        pollName: content.name,
        pollOptions: content.options.map((name, localId) => ({ name, localId })),
        pollSelectableOptionsCount: content.allowsMany ? 0 : 1,
      };
    case 'gp2':
      return {
        type: 'gp2',
        subtype: content.subtype,
        recipients: content.recipients.map((id) => createWid(id)),
        body: content.body,
        isNotification: true,
      };
    case 'other':
      return { ...content.attributes, type: content.type };
  }
}

/** The way back, for what the page sends. */
export function contentOf(attributes: Attributes): Content {
  const text = (name: string) => (attributes[name] as string | null | undefined) ?? undefined;
  const { type } = attributes;
  switch (type) {
    case 'image':
      return { kind: type, media: mediaRef(attributes), caption: text('caption') };
    case 'sticker':
      return { kind: type, media: mediaRef(attributes) };
    case 'video':
      return {
        kind: type,
        media: mediaRef(attributes),
        caption: text('caption'),
        seconds: secondsOf(attributes),
        isGif: attributes['isGif'] === true,
      };
    case 'audio':
    case 'ptt':
      return { kind: type, media: mediaRef(attributes), seconds: secondsOf(attributes) };
    case 'document':
      return {
        kind: type,
        media: mediaRef(attributes),
        filename: text('filename'),
        caption: text('caption'),
      };
    case 'location': {
      const [name, ...address] = (text('loc') ?? '').split('\n');
      return {
        kind: type,
        latitude: attributes['lat'] as number,
        longitude: attributes['lng'] as number,
        name: name || undefined,
        address: address.join('\n') || undefined,
        url: text('clientUrl'),
      };
    }
    case 'vcard':
      return { kind: type, vcard: text('body') ?? '', displayName: text('vcardFormattedName') ?? '' };
    case 'multi_vcard':
      return { kind: type, cards: cardsOf(attributes) };
    case 'poll_creation':
      return {
        kind: type,
        name: text('pollName') ?? '',
        options: (attributes['pollOptions'] as { name: string }[]).map(({ name }) => name),
        allowsMany: attributes['pollSelectableOptionsCount'] === 0,
      };
    case 'chat':
    default:
      return { kind: 'chat', body: text('body') ?? '', ...previewOf(attributes) };
  }
}

/** There is no encryption, so the keys are for show; `directPath` names the bytes. */
export function mediaAttributes({ sha256, size, mimetype }: MediaRef) {
  const filehash = btoa(sha256.replace(/../g, (pair) => String.fromCharCode(Number.parseInt(pair, 16))));
  return {
    directPath: `/media/${sha256}`,
    mimetype,
    size,
    filehash,
    encFilehash: filehash,
    mediaKey: btoa('stand-in'),
    mediaKeyTimestamp: 0,
  };
}

function mediaRef(attributes: Attributes): MediaRef {
  return {
    sha256: String(attributes['directPath']).replace('/media/', ''),
    size: Number(attributes['size']),
    // The library sends stickers without a type: they have only one.
    mimetype: attributes['type'] === 'sticker' ? stickerType : String(attributes['mimetype']),
  };
}

function cardsOf({ vcardList }: Attributes) {
  const cards = vcardList as { displayName: string; vcard: string }[];
  return cards.map(({ displayName, vcard }) => ({ displayName, vcard }));
}

function previewOf({ preview, title, matchedText }: Attributes) {
  return preview === true ? { preview: { title: String(title), matchedText: String(matchedText) } } : {};
}

const captionOf = (content: { caption?: string | undefined } | object) => ({
  caption: 'caption' in content ? content.caption : undefined,
});

function secondsOf({ duration }: Attributes): number | undefined {
  return duration === undefined ? undefined : Number(duration);
}
