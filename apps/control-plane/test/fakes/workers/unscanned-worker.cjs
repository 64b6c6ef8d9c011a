/** Shows a code and does not notice that nobody scans it. */
require('./scripted.cjs').runWorker({
  session: { state: 'QR_READY', reason: 'awaiting_scan', account: null },
});
