import {
  AppError,
  type Command,
  type CommandFrame,
  type CommandResult,
  type ResultFrame,
  type TenantId,
} from '@wafleet/contracts';

/** Commands given to workers whose results have not come yet. They outlive a link, but not a generation. */
export interface CommandsUnderWay {
  /**
   * Resolves with the worker's result. Giving an id that is under way already joins it.
   * @throws AppError WORKER_TIMEOUT: the outcome is unknown
   */
  begin(request: CommandRequest, timeoutMs: number): Promise<{ generation: number; result: CommandResult }>;
  /** What the worker of this generation has not answered; to be sent again on its new link. */
  unanswered(tenantId: TenantId, generation: number): CommandFrame[];
  settle(tenantId: TenantId, frame: ResultFrame): void;
  /** Older generations will answer no more: their commands end with WORKER_TIMEOUT. */
  giveUpBefore(tenantId: TenantId, generation: number): void;
  giveUpAll(): void;
}

export interface CommandRequest {
  tenantId: TenantId;
  generation: number;
  id: string;
  command: Command;
}

interface UnderWay extends CommandRequest {
  outcome: Promise<{ generation: number; result: CommandResult }>;
  resolve: (result: CommandResult) => void;
  reject: (error: AppError) => void;
}

export function createCommandsUnderWay(): CommandsUnderWay {
  const underWay = new Map<string, UnderWay>();

  return {
    begin(request, timeoutMs) {
      const known = underWay.get(keyOf(request.tenantId, request.id));
      if (known !== undefined) return known.outcome;
      return track(request, timeoutMs).outcome;
    },

    unanswered(tenantId, generation) {
      return [...underWay.values()]
        .filter((entry) => entry.tenantId === tenantId && entry.generation === generation)
        .map(({ id, command }) => ({ type: 'command', id, command }));
    },

    settle(tenantId, frame) {
      underWay.get(keyOf(tenantId, frame.id))?.resolve(frame.result);
    },

    giveUpBefore(tenantId, generation) {
      for (const entry of underWay.values())
        if (entry.tenantId === tenantId && entry.generation < generation)
          entry.reject(unknownOutcome('the worker was replaced'));
    },

    giveUpAll() {
      for (const entry of underWay.values()) entry.reject(unknownOutcome('the control plane stops'));
    },
  };

  function track(request: CommandRequest, timeoutMs: number): UnderWay {
    const key = keyOf(request.tenantId, request.id);
    const { promise, resolve, reject } = withResolvers<CommandResult>();
    const timer = setTimeout(() => reject(unknownOutcome('no result in time')), timeoutMs);
    const outcome = promise
      .then((result) => ({ generation: request.generation, result }))
      .finally(() => {
        clearTimeout(timer);
        underWay.delete(key);
      });
    const entry = { ...request, outcome, resolve, reject };
    underWay.set(key, entry);
    return entry;
  }
}

/** A worker can answer only commands of its own tenant. */
function keyOf(tenantId: TenantId, id: string): string {
  return `${tenantId} ${id}`;
}

function unknownOutcome(internal: string): AppError {
  return new AppError('WORKER_TIMEOUT', { internal });
}

function withResolvers<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: AppError) => void;
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  return { promise, resolve, reject };
}
