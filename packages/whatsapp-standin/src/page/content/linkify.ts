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

/** Nothing is fetched: the page behind a link bears the name of its host. */
export function previewOf({ href, value }: Link): { title: string; matchedText: string } {
  return { title: new URL(href).hostname, matchedText: value };
}

export function findLink(text: string | undefined): Link | undefined {
  return findLinks(text)[0];
}
