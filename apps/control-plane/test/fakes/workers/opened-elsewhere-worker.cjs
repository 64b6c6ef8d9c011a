/** WhatsApp is used in another place while its first generation runs. */
require('./scripted.cjs').runWorker({
  session: (generation) =>
    generation === 1 ? { state: 'DISCONNECTED', reason: 'opened_elsewhere', account: null } : {},
});
