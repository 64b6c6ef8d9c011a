import type { Proxy, TenantId } from '@wafleet/contracts';
import type { Transaction } from '@wafleet/db';
import type { Vault } from '../secrets/vault';

const purpose = 'proxy';

/** A tenant's proxy as its row holds it. */
export interface ProxyColumns {
  proxyAddress: string | null;
  proxySealed: Uint8Array | null;
}

/** Stores what the tenant's page goes through from the next start of its worker on. */
export async function storeProxy(
  tx: Transaction,
  vault: Pick<Vault, 'seal'>,
  tenantId: TenantId,
  proxy: Proxy | null,
): Promise<void> {
  const data =
    proxy === null
      ? { proxyAddress: null, proxySealed: null }
      : {
          proxyAddress: addressOf(proxy.url),
          proxySealed: await vault.seal(tx, tenantId, purpose, Buffer.from(proxy.url)),
        };
  await tx.tenant.update({ where: { id: tenantId }, data });
}

/** The proxy's URL with its password, for the worker alone; null where there is none. */
export async function openProxyUrl(
  vault: Pick<Vault, 'open'>,
  tenantId: TenantId,
  { proxySealed }: Pick<ProxyColumns, 'proxySealed'>,
): Promise<string | null> {
  return proxySealed === null ? null : (await vault.open(tenantId, purpose, proxySealed)).toString();
}

/** Whether the row names this very proxy, password included. */
export async function isSameProxy(
  vault: Pick<Vault, 'open'>,
  tenantId: TenantId,
  row: ProxyColumns,
  proxy: Proxy | null,
): Promise<boolean> {
  if (proxy === null || row.proxyAddress !== addressOf(proxy.url)) return row.proxyAddress === proxy;
  return (await openProxyUrl(vault, tenantId, row)) === proxy.url;
}

/** What may be shown. */
function addressOf(text: string): string {
  const url = new URL(text);
  url.password = '';
  return url.href;
}
