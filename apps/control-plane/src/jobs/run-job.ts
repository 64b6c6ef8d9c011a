import { UnrecoverableError, type Job } from 'bullmq';
import { withDeadline, type Logger } from '@wafleet/runtime';
import { isJobName, jobSchemas, type JobName } from './job-table';

/** The work of each job, by name. */
export type JobWork = ReadonlyMap<JobName, (payload: never) => Promise<void>>;

const jobTimeoutMs = 120_000;

/**
 * Does one job.
 * @throws UnrecoverableError where trying again is useless; DeadlineError or the work's own error where it is not
 */
export async function runJob(work: JobWork, job: Job): Promise<void> {
  if (!isJobName(job.name)) throw new UnrecoverableError('no job of this name is known');
  const payload = jobSchemas[job.name].safeParse(job.data);
  if (!payload.success) throw new UnrecoverableError('the payload does not fit the job');
  const perform = work.get(job.name);
  if (!perform) throw new UnrecoverableError('nothing is registered for this job');
  await withDeadline(perform(payload.data as never), jobTimeoutMs, job.name);
}

/** Failed jobs are kept in the queue; here is why. */
export function reportFailedJob(log: Logger, job: Job | undefined, error: Error): void {
  const fields = { job: job?.name, jobId: job?.id, attempt: job?.attemptsMade, err: error };
  const isRetried = job !== undefined && job.finishedOn === undefined;
  if (isRetried) log.warn(fields, 'job failed; it is tried again');
  else log.error(fields, 'job failed for good');
}
