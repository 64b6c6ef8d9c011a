/** Ids are branded so that one kind can't be passed for another. Shape: a prefix and a lower-case ULID. */
declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type TenantId = Branded<'TenantId'>;
export type MessageId = Branded<'MessageId'>;
export type MediaId = Branded<'MediaId'>;
export type AccountId = Branded<'AccountId'>;

export const idPrefixes = {
  tenant: 'ten',
  message: 'msg',
  media: 'med',
  account: 'acc',
  user: 'usr',
  apiKey: 'key',
  command: 'cmd',
  incident: 'inc',
  alert: 'alt',
  notice: 'ntc',
  outage: 'out',
  webhook: 'whk',
  bulkJob: 'blk',
  snapshot: 'snp',
  export: 'exp',
  rollout: 'rol',
} as const;

const tenantIdPattern = /^ten_[0-9a-hjkmnp-tv-z]{26}$/;

/** Tenant ids become folder names and label values; nothing else may. */
export function isTenantId(value: string): value is TenantId {
  return tenantIdPattern.test(value);
}
