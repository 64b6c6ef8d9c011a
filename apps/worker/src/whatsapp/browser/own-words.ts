import { scrub } from '@wafleet/runtime';

/** In front of what is quoted, these say that it is a name of the program. */
const nameFollows = /\b(?:reading|setting|module) $/;
const quoted = /(?<![A-Za-z])(["'`])(.*?)(?:\1(?![A-Za-z])|$)/gs;

/**
 * What a page or a browser wrote, without what it quotes, which may be what people wrote, and without what scrub() takes
 * away. Names of the program stay, because they are what an error is about.
 */
export function ownWords(text: string, maxLength: number): string {
  const withoutQuotes = text.replace(quoted, (whole: string, _quote, inside: string, at: number) =>
    nameFollows.test(text.slice(0, at)) && /^\w{1,80}$/.test(inside) && /[A-Za-z]/.test(inside)
      ? whole
      : '[text]',
  );
  return scrub(withoutQuotes.replace(/\b(\w+:\/\/[^\s?#]*)[?#]\S*/g, '$1?[query]'), maxLength);
}
