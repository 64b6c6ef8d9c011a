import { describe, expect, it } from '@jest/globals';
import { idempotencyKeySchema } from './messages/messages';
import { chatIdSchema } from './messages/send';
import { createTenantSchema, phoneNumberSchema, updateTenantSchema } from './tenants';

describe('phone numbers', () => {
  it.each([
    ['+1 555 0100 123', '15550100123'],
    ['(1) 555-0100-123', '15550100123'],
  ])('%s is taken as %s', (given, expected) => {
    expect(phoneNumberSchema.parse(given)).toBe(expected);
  });

  it.each(['', '0155501', '+1555010012345678901', 'abc', '12'])('%j is refused', (given) => {
    expect(phoneNumberSchema.safeParse(given).success).toBe(false);
  });
});

describe('chats', () => {
  it.each([
    ['+15550100123', '15550100123@c.us'],
    ['15550100123@c.us', '15550100123@c.us'],
    ['120363000000000000@g.us', '120363000000000000@g.us'],
  ])('%s is %s', (given, expected) => {
    expect(chatIdSchema.parse(given)).toBe(expected);
  });

  it.each(['x@c.us', 'status@broadcast', '../etc', ''])('%j is refused', (given) => {
    expect(chatIdSchema.safeParse(given).success).toBe(false);
  });
});

describe('requests', () => {
  it('name the field they do not know', () => {
    expect(createTenantSchema.safeParse({ name: 'x', colour: 'red' }).success).toBe(false);
  });

  it('an update changes something', () => {
    expect(updateTenantSchema.safeParse({}).success).toBe(false);
  });

  it('an idempotency key is printable', () => {
    expect(idempotencyKeySchema.safeParse('a b').success).toBe(false);
    expect(idempotencyKeySchema.safeParse('order-1').success).toBe(true);
  });
});
