/**
 * Carries the jobs out on several places at once, in their order: each place takes the next one as soon as it is free.
 * @returns the outcome of each job, in their order
 */
export function inLanes<Job, Place, Outcome>(
  jobs: readonly Job[],
  places: readonly Place[],
  carryOut: (job: Job, place: Place) => Promise<Outcome>,
): Promise<Outcome>[] {
  const free = [...places];
  const waiting: ((place: Place) => void)[] = [];

  const outcomes = jobs.map(async (job) => {
    const place = free.shift() ?? (await new Promise<Place>((resolve) => waiting.push(resolve)));
    try {
      return await carryOut(job, place);
    } finally {
      const next = waiting.shift();
      if (next) next(place);
      else free.push(place);
    }
  });
  // Somebody asks for each outcome later; until then a failure is no stray one.
  for (const outcome of outcomes) outcome.catch(() => undefined);
  return outcomes;
}
