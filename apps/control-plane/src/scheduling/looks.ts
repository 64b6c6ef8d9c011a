import type { OutageLog } from '@wafleet/runtime';

/** Looks at what there is to do, one after the other. */
export interface Looks {
  /** Look again. Cheap to call often: calls while a look is under way become one more look. */
  wake(): void;
  isUnderWay(): boolean;
  /** Begins no more; resolves when the one under way has ended. */
  stop(): Promise<void>;
}

/** @param options.onFailed who has nobody else to wake it, wakes itself */
export function createLooks(options: {
  look: () => Promise<void>;
  outage: OutageLog;
  onFailed?: () => void;
}): Looks {
  const { outage } = options;
  let underWay: Promise<void> | null = null;
  let isAskedAgain = false;
  let isStopped = false;

  function wake(): void {
    if (isStopped) return;
    if (underWay) isAskedAgain = true;
    else underWay = look();
  }

  async function look(): Promise<void> {
    try {
      await options.look();
      outage.worked();
    } catch (error) {
      outage.failed(error);
      options.onFailed?.();
    }
    underWay = null;
    if (!isAskedAgain) return;
    isAskedAgain = false;
    wake();
  }

  return {
    wake,
    isUnderWay: () => underWay !== null,
    async stop() {
      isStopped = true;
      await underWay;
    },
  };
}
