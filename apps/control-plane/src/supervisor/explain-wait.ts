import type { BootsView } from './boot-places';

/** What a tenant waits for before its worker may start, and its place among those that do; null when it waits no more. */
export function explainWait(boots: BootsView, tenantId: string): string | null {
  const place = placeToBoot(boots, tenantId);
  if (place === null) return null;
  const { atOnce, underWay, waiting, isDrained } = boots;
  if (isDrained)
    return 'An operator has drained this installation; it starts by itself once workers may run again.';
  const what =
    underWay.length >= atOnce
      ? `for one of the ${atOnce} that start now to be done`
      : `for memory: ${megabytes(boots.availableBytes)} MB are available, a start takes about ` +
        `${megabytes((underWay.length + 1) * boots.expectedBytes)} MB and ${megabytes(boots.keptBytes)} MB are kept free`;
  return `Number ${place} of ${waiting.length} that wait ${what}.`;
}

/** Among those that wait to boot, from 1; null where it does not wait. */
export function placeToBoot(boots: BootsView, tenantId: string): number | null {
  const at = boots.waiting.findIndex((one) => one.tenantId === tenantId);
  return at < 0 ? null : at + 1;
}

const megabytes = (bytes: number) => Math.round(bytes / 1024 / 1024);
