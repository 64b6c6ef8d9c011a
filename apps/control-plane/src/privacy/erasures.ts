import {
  AppError,
  type ErasedDevice,
  type ErasureReceipt,
  type ListErasuresQuery,
  type Page,
  type TenantId,
} from '@wafleet/contracts';
import type { Database, Erasure, Transaction } from '@wafleet/db';
import { decodeCursor, pageFrom } from '../page-cursor';

/** The receipts of tenants that were erased; they outlive them. */
export interface ErasureService {
  /** Newest first. @throws AppError INVALID_INPUT naming cursor */
  list(query: ListErasuresQuery): Promise<Page<ErasureReceipt>>;
  /** @throws AppError NOT_FOUND */
  get(tenantId: TenantId): Promise<ErasureReceipt>;
}

const placePattern = /^\d{1,16} ten_[0-9a-z]{26}$/;

export function createErasureService({ db }: { db: Database }): ErasureService {
  return {
    async list({ limit, cursor }) {
      const [at, id] = cursor === undefined ? [] : decodeCursor('erasures', placePattern, cursor).split(' ');
      const before = at === undefined || id === undefined ? undefined : { at: new Date(Number(at)), id };
      const rows = await db.erasure.findMany({
        where:
          before === undefined
            ? {}
            : {
                OR: [
                  { requestedAt: { lt: before.at } },
                  { requestedAt: before.at, tenantId: { lt: before.id } },
                ],
              },
        orderBy: [{ requestedAt: 'desc' }, { tenantId: 'desc' }],
        take: limit + 1,
      });
      const page = pageFrom(
        'erasures',
        rows,
        limit,
        ({ requestedAt, tenantId }) => `${requestedAt.getTime()} ${tenantId}`,
      );
      return { ...page, items: page.items.map(receipt) };
    },

    async get(tenantId) {
      const row = await db.erasure.findUnique({ where: { tenantId } });
      if (!row) throw new AppError('NOT_FOUND');
      return receipt(row);
    },
  };
}

/** That a tenant is to be erased, with what is to become of its device; in the transaction that says so. */
export async function noteErasure(
  tx: Transaction,
  tenantId: TenantId,
  { at, by }: { at: Date; by: string },
): Promise<void> {
  const login = await readLogin(tx, tenantId);
  const device: ErasedDevice = login === 'none' ? 'not_linked' : login === 'left' ? 'not_unlinked' : 'linked';
  await tx.erasure.upsert({
    where: { tenantId },
    create: { tenantId, requestedAt: at, requestedBy: by, device },
    update: {},
  });
}

/**
 * The login that the session has at WhatsApp. `left`: it was ended here, and WhatsApp could not be told, which is what a
 * detail of such an end says.
 */
export async function readLogin(
  db: Pick<Transaction, 'whatsappSession'>,
  tenantId: TenantId,
): Promise<'held' | 'left' | 'none'> {
  const session = await db.whatsappSession.findUnique({ where: { tenantId } });
  if (session?.accountId != null) return 'held';
  const endedHere = session?.reason === 'signed_out_by_user' || session?.reason === 'number_in_use';
  return endedHere && session.detail !== null ? 'left' : 'none';
}

/** The outcome at WhatsApp; one that is known already stays. */
export async function noteDevice(
  db: Pick<Database, 'erasure'>,
  tenantId: TenantId,
  device: Extract<ErasedDevice, 'unlinked' | 'not_unlinked'>,
): Promise<void> {
  await db.erasure.updateMany({ where: { tenantId, device: 'linked' }, data: { device } });
}

function receipt(row: Erasure): ErasureReceipt {
  const { tenantId, requestedBy, messages, media, events, exports } = row;
  const device = row.device as ErasedDevice;
  return {
    tenantId,
    requestedAt: row.requestedAt.toISOString(),
    requestedBy,
    endedAt: row.endedAt?.toISOString() ?? null,
    device,
    deviceNote:
      device === 'not_unlinked'
        ? 'WhatsApp could not be told; remove the device in the list of linked devices on the phone.'
        : null,
    erased:
      messages === null || media === null || events === null
        ? null
        : // Null in those of before there were any.
          { messages, media, events, exports: exports ?? 0 },
  };
}
