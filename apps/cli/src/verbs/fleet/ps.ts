import { fleetRowSchema, reasons, tenantStatuses } from '@wafleet/contracts';
import { z } from 'zod';
import { howLong } from '../../terminal/moments';
import { table } from '../../terminal/table';
import { colourOf } from '../status-text';
import { defineVerb } from '../verb';

export const psVerb = defineVerb({
  usage: 'ps [part-of-name]',
  summary: 'Tenants with their status and its reason, those that need somebody first',
  options: [['-s, --status <status>', `only these: ${tenantStatuses.join(', ')}`]],
  input: z.strictObject({
    partOfName: z.string().trim().min(1).max(100).optional(),
    status: z
      .string()
      .transform((text) => text.toUpperCase())
      .pipe(z.enum(tenantStatuses))
      .optional(),
  }),
  json: z.object({
    items: z.array(fleetRowSchema),
    /** There are more tenants than one answer holds. */
    isCut: z.boolean(),
  }),
  isWatchable: true,
  async run(context, { partOfName, status }) {
    const { client, answer } = context.api();
    const { rows, isCut } = await answer(client.GET('/admin/fleet'));
    const isMeant = isCalled(partOfName ?? '');
    const items = rows
      .filter((row) => (status === undefined || row.status === status) && isMeant(row))
      .sort(
        (one, other) => urgency(one.status) - urgency(other.status) || one.name.localeCompare(other.name),
      );
    if (isCut) context.remark('There are more tenants than are shown here.');
    const cells = items.map((row) => [
      row.status,
      howLong(row.since),
      row.name,
      row.phoneNumber && `+${row.phoneNumber}`,
      row.memoryMib === null ? null : `${row.memoryMib} MB`,
      row.cpuPercent === null ? null : `${row.cpuPercent} %`,
      String(row.messagesPerMinute),
      String(row.restarts),
      row.id,
      row.reason === null ? '' : reasons[row.reason].label,
    ]);
    return {
      data: { items, isCut },
      text:
        rows.length === 0
          ? 'No tenants. wafleet create <name> adds one.'
          : table(titles, cells, (cell, column) =>
              column === 0 ? context.terminal.style(colourOf(cell.trim()), cell) : cell,
            ),
    };
  },
});

const titles = ['STATUS', 'FOR', 'NAME', 'NUMBER', 'MEMORY', 'CPU', 'MSG/MIN', 'RESTARTS', 'ID', 'WHY'];

/** By part of the name, digits of the number, or the id. */
function isCalled(part: string) {
  const text = part.toLowerCase();
  const digits = text.replace(/\D/g, '');
  return (row: { id: string; name: string; phoneNumber: string | null }) =>
    row.name.toLowerCase().includes(text) ||
    row.id === part ||
    (digits.length > 2 && row.phoneNumber?.includes(digits) === true);
}

/** Who needs a person comes first, who is well last. */
const order = ['ERROR', 'QR_PENDING', 'RECOVERING', 'STARTING', 'ERASING', 'NEW', 'PAUSED', 'ACTIVE'];
const urgency = (status: string) => order.indexOf(status);
