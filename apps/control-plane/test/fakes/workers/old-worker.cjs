/** Knows no command that came later. */
require('./scripted.cjs').runWorker({ isOld: true });
