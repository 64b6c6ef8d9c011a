// The program of the web app: Next's standalone server, with two things that it lacks.
const http = require('node:http');
const { join } = require('node:path');

/** Requests that are being answered get so long when we are told to end; live streams never end by themselves. */
const patienceMs = 2_000;

/** The proxy in front names callers itself, and nobody gets past it. */
const isBehindProxy = process.env.BEHIND_PROXY === '1';

const servers = new Set();
const emit = http.Server.prototype.emit;
http.Server.prototype.emit = function (event, ...args) {
  servers.add(this);
  if (event === 'request') noteAddress(args[0]);
  return emit.call(this, event, ...args);
};

// Ours below; Next's own would wait for streams.
process.env.NEXT_MANUAL_SIG_HANDLE = 'true';
process.once('SIGTERM', stop).once('SIGINT', stop);

require(join(__dirname, 'server.js'));

/**
 * The address of who calls is appended for the control plane, which limits tries by it. Next takes the header as it comes
 * and names the caller only where there is none, so that anybody could say to be somebody else.
 */
function noteAddress(request) {
  const said = request.headers['x-forwarded-for'];
  if (said && isBehindProxy) return;
  const address = request.socket.remoteAddress ?? 'unknown';
  request.headers['x-forwarded-for'] = said ? `${said}, ${address}` : address;
}

function stop() {
  for (const server of servers) server.close();
  setTimeout(() => process.exit(0), patienceMs).unref();
  for (const server of servers) server.once('close', () => process.exit(0));
  for (const server of servers) server.closeIdleConnections();
}
