/** Types of rows that say something of a message that is there, rather than being one. */
export type ChangeType = 'reaction' | 'edit' | 'revoke';

/** Whether doing it again does no harm, so that a lost answer is no question: it is said of a message that is there. */
export function isChange(type: string): type is ChangeType {
  return type === 'reaction' || type === 'edit' || type === 'revoke';
}
