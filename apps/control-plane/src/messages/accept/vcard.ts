import type { SendContact } from '@wafleet/contracts';

/** A contact card (vCard 3.0, RFC 2426) as WhatsApp writes them: `waid` is what makes a number one to write to. */
export function vcardOf({ name, phoneNumbers, organisation }: SendContact): string {
  return [
    'BEGIN:VCARD',
    'VERSION:3.0',
    `N:;${escape(name)};;;`,
    `FN:${escape(name)}`,
    ...(organisation === undefined ? [] : [`ORG:${escape(organisation)};`]),
    ...phoneNumbers.map((digits) => `TEL;type=CELL;waid=${digits}:+${digits}`),
    'END:VCARD',
  ].join('\n');
}

function escape(text: string): string {
  return text.replaceAll(/[\\;,]/g, '\\$&').replaceAll(/\r\n|\r|\n/g, '\\n');
}
