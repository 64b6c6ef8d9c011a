/** Connects, stays, ends when asked. */
require('./scripted.cjs').runWorker();
