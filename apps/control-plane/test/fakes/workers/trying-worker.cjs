/** Its reconnect attempts are used up. */
require('./scripted.cjs').runWorker({
  session: {
    state: 'DISCONNECTED',
    reason: 'max_reconnects',
    attempt: 10,
    nextAttemptAt: Date.now() + 900_000,
  },
});
