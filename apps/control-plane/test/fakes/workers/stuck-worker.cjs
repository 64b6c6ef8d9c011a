/** Answers, but its session makes no progress in the first generation. */
require('./scripted.cjs').runWorker({
  session: (generation) => (generation === 1 ? { state: 'STARTING', account: null } : {}),
});
