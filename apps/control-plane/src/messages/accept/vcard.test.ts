import { describe, expect, it } from '@jest/globals';
import { vcardOf } from './vcard';

describe('a contact card', () => {
  it('has a line for each fact', () => {
    const contact = { name: 'Ann Lee', phoneNumbers: ['15550100123', '15550100124'], organisation: 'Bakery' };
    expect(vcardOf(contact)).toBe(
      [
        'BEGIN:VCARD',
        'VERSION:3.0',
        'N:;Ann Lee;;;',
        'FN:Ann Lee',
        'ORG:Bakery;',
        'TEL;type=CELL;waid=15550100123:+15550100123',
        'TEL;type=CELL;waid=15550100124:+15550100124',
        'END:VCARD',
      ].join('\n'),
    );
  });

  it('can not be left through a name', () => {
    const card = vcardOf({ name: 'Eve\nEND:VCARD;\\,', phoneNumbers: ['15550100123'] });
    expect(card.split('\n').filter((line) => line === 'END:VCARD')).toHaveLength(1);
    expect(card).toContain('FN:Eve\\nEND:VCARD\\;\\\\\\,');
  });
});
