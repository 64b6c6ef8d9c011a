export interface Link {
  href: string;
  value: string;
  suspiciousCharacters?: Set<string>;
}

const pattern = /\bhttps?:\/\/[^\s<>"']+|\bwww\.[^\s<>"']+/gi;

/** Web addresses in a text, in order. */
export function findLinks(text: string | undefined): Link[] {
  return [...(text ?? '').matchAll(pattern)].map(([value]) => ({
    value,
    href: value.startsWith('http') ? value : `http://${value}`,
  }));
}

export function findLink(text: string | undefined): Link | undefined {
  return findLinks(text)[0];
}
