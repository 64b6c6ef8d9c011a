import type { Command, CommandKind, CommandResult, CommandValues, TenantId } from '@wafleet/contracts';

/** What the rest of the control plane sees of the links to the workers. */
export interface WorkerLinks {
  /** The current link of a tenant, or null. A link that is silent for too long is not current. */
  current(tenantId: TenantId): { generation: number; linkId: string } | null;
  /**
   * Gives a command to the tenant's worker and waits for its result, also over a reconnect of the link.
   * Repeating a command id returns the worker's remembered result.
   * @throws AppError NOT_RUNNING without a link, WORKER_TIMEOUT after timeoutMs (the outcome is unknown then)
   */
  command<Kind extends CommandKind>(
    tenantId: TenantId,
    id: string,
    command: Extract<Command, { kind: Kind }>,
    timeoutMs: number,
  ): Promise<{ generation: number; result: TypedResult<Kind> }>;
}

export type TypedResult<Kind extends CommandKind> =
  { ok: true; value: CommandValues[Kind] } | Extract<CommandResult, { ok: false }>;
