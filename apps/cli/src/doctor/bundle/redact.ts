import { scrub } from '@wafleet/runtime';

const maxLineLength = 16_000;

/** Members of JSON lines that hold what people wrote, who they are, or what opens something. */
const privateMembers = new Set(
  `body text caption title name pushName senderName notifyName token key password authorization cookie qr raw code
   secret phoneNumber number email url href query filename`.split(/\s+/),
);

/** Makes text fit to be shown to strangers: line by line, JSON member by member, and the rest by what it looks like. */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  // A long one first: what is left of it would be no secret any more, and still a hint.
  const known = [...new Set(secrets)].sort((one, other) => other.length - one.length);
  const withoutKnown = (text: string) =>
    known.reduce((rest, secret) => rest.replaceAll(secret, '[secret]'), text);
  const clean = (text: string) => withoutPatterns(scrub(withoutKnown(text), maxLineLength));

  const cleanValue = (value: unknown, member: string): unknown => {
    if (typeof value === 'string') return privateMembers.has(member) ? '[redacted]' : clean(value);
    if (Array.isArray(value)) return value.map((one) => cleanValue(one, member));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [clean(name), cleanValue(inner, name)]),
    );
  };
  const cleanLine = (line: string) => {
    const parsed = parseObject(line);
    return parsed === null ? clean(line) : JSON.stringify(cleanValue(parsed, ''));
  };
  return (text) => {
    const whole = parseObject(text);
    return whole === null
      ? text.split('\n').map(cleanLine).join('\n')
      : JSON.stringify(cleanValue(whole, ''), null, 2);
  };
}

const isMoment = /^\d{4}-\d\d-\d\d(?!\d)/;

/** What secrets, addresses and numbers look like. */
function withoutPatterns(text: string): string {
  return text
    .replace(/\b(?:wf[a-z]_|whsec_)[\w+/=-]{8,}/g, '[secret]')
    .replace(
      /\b(authorization|cookie|x-portal-key|x-api-key)(["':= ]+)(bearer +)?[^\s"',;]+/gi,
      '$1$2[secret]',
    )
    .replace(/([a-z][a-z\d+.-]*:\/\/)[^\s/@"']*@/gi, '$1[secret]@')
    .replace(/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, '[address]')
    .replace(/\b\d{3}\.\d{3}\.\d{4}\b/g, '[number]')
    .replace(/(?<![\w.:])\+?\d(?:[ ()-]{0,2}\d){8,}(?![\w:])/g, (found) =>
      isMoment.test(found) ? found : '[number]',
    );
}

function parseObject(text: string): object | null {
  if (!text.startsWith('{')) return null;
  try {
    return JSON.parse(text) as object;
  } catch {
    return null;
  }
}
