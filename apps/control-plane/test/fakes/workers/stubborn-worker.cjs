/** Does not end when asked. */
require('./scripted.cjs').runWorker({ ignoresStop: true });
