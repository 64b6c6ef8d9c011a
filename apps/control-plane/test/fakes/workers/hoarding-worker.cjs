/** Its first generation's browser has gathered much memory. */
require('./scripted.cjs').runWorker({
  browserBytes: (generation) => (generation === 1 ? 700 : 100) * 2 ** 20,
});
