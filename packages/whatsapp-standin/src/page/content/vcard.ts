import type { ContactModel } from '../models/contacts';

/** A contact as a card, with what the card is called. */
export function cardOf(contact: ContactModel): { displayName: string; vcard: string } {
  const displayName = contact.formattedName;
  const { user } = contact.id;
  const lines = ['BEGIN:VCARD', 'VERSION:3.0', `FN:${displayName}`, `TEL;type=CELL;waid=${user}:+${user}`];
  return { displayName, vcard: [...lines, 'END:VCARD'].join('\n') };
}

/** The fields of a card, by their names in capitals. @throws for what is no card */
export function parseCard(text: string): Map<string, string> {
  const lines = text.split(/\r?\n/);
  if (lines[0] !== 'BEGIN:VCARD' || !lines.includes('END:VCARD')) throw new Error('not a vcard');
  return new Map(
    lines.flatMap((line): [string, string][] => {
      const [, name, value] = /^([^:;]+)[^:]*:(.*)$/.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name.toUpperCase(), value]];
    }),
  );
}

export const nameOnCard = (fields: ReadonlyMap<string, string>) => fields.get('FN') ?? '';
