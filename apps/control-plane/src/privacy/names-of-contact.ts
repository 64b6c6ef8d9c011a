import type { TenantId } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';

/** Every id by which a contact is known to a tenant: by its phone number, and by privacy ids. */
export async function namesOfContact(
  db: Pick<Database, 'privacyId'>,
  tenantId: TenantId,
  contact: string,
): Promise<string[]> {
  const known = await db.privacyId.findMany({
    where: { tenantId, OR: [{ chatId: contact }, { lid: contact }] },
  });
  return [...new Set([contact, ...known.flatMap(({ lid, chatId }) => [lid, chatId])])];
}
