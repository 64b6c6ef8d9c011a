import { AppError } from '@wafleet/contracts';

/** A worker's answer, or null where no link or no answer in time leaves the outcome open. */
export async function unlessSilent<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof AppError && (error.code === 'NOT_RUNNING' || error.code === 'WORKER_TIMEOUT'))
      return null;
    throw error;
  }
}
