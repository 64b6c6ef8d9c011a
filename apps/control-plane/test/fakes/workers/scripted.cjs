/**
 * What all worker programs for tests share: a real process that reads its settings, opens the link, beats, and shows a
 * session that is connected. SIGUSR2: a message comes in. Each program says in its name how it differs.
 */
const { spawn } = require('node:child_process');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { WebSocket } = require('ws');

const settings = JSON.parse(readFileSync(process.env.WORKER_SETTINGS_FILE, 'utf8'));
const { tenantId, generation, token, linkUrl, tenantDir, deadlines } = settings;

/** Ten digits that belong to nobody, another one for each tenant. */
const phoneNumber = `1555010${String(parseInt(tenantId.slice(-6), 36) % 10_000).padStart(4, '0')}`;

function snapshot(state, reason = null) {
  return {
    state,
    reason,
    detail: null,
    since: Date.now(),
    attempt: 0,
    nextAttemptAt: null,
    qr: null,
    pairingCode: null,
    account: state === 'CONNECTED' ? { phoneNumber, lid: null, name: 'Somebody' } : null,
    linkIsDurable: true,
    syncPercent: null,
    lastSeenAt: Date.now(),
    versions: { whatsappWeb: null, browser: null, library: 'none' },
  };
}

/** A process in a session of its own that knows its profile and outlives us, as a browser may. */
function openBrowser() {
  const profile = `--user-data-dir=${join(tenantDir, 'profile/session')}`;
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1_000)', '--', profile], {
    detached: true,
    stdio: 'ignore',
    env: {},
  });
  child.unref();
  return child;
}

function runWorker(options = {}) {
  const unacked = [];
  let lastSeq = 0;
  const own = typeof options.session === 'function' ? options.session(generation) : options.session;
  let session = { ...snapshot('CONNECTED'), ...own };
  let socket = null;

  const send = (frame) => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
  };
  const emit = (event) => {
    const frame = { type: 'event', seq: ++lastSeq, at: Date.now(), event };
    unacked.push(frame);
    send(frame);
  };

  const connect = () => {
    socket = new WebSocket(linkUrl);
    socket.on('open', () => {
      const identity = { tenantId, generation, token, pid: process.pid, workerVersion: 'test' };
      send({ type: 'hello', protocol: 1, ...identity, lastSeq, session });
    });
    socket.on('message', (data) => {
      const frame = JSON.parse(data.toString());
      if (frame.type === 'refused' && frame.code !== 'standby') process.exit(10);
      if (frame.type === 'ack' || frame.type === 'welcome') {
        const committed = frame.seq ?? frame.lastSeq;
        while (unacked.length > 0 && unacked[0].seq <= committed) unacked.shift();
      }
      if (frame.type === 'welcome') {
        for (const event of unacked) send(event);
        beat();
        options.onWelcome?.({ emit, show });
      }
      if (frame.type === 'command') send({ type: 'result', id: frame.id, result: obey(frame.command) });
    });
    socket.on('error', () => undefined);
    socket.on('close', () => setTimeout(connect, 50));
  };

  const beat = () =>
    send({
      type: 'heartbeat',
      at: Date.now(),
      probe: { ok: true, at: Date.now(), latencyMs: 1, missed: 0 },
      memory: {
        nodeBytes: process.memoryUsage.rss(),
        browserBytes: options.browserBytes?.(generation) ?? null,
      },
      cpuPercent: 0,
      processes: 1,
      queues: { inbound: 0, outbound: 0, unackedEvents: unacked.length },
      eventLoopDelayMs: 0,
    });

  const show = (state, reason) => {
    session = snapshot(state, reason);
    emit({ kind: 'session.changed', session });
  };

  const obey = (command) => {
    if (command.kind === 'session.reset_reconnect' && !options.isOld) {
      show('CONNECTED');
      return { ok: true, value: {} };
    }
    if (command.kind !== 'session.logout')
      return { ok: false, code: 'unknown_command', message: 'not here', nothingSent: true };
    show('LOGGED_OUT', 'signed_out_by_user');
    setTimeout(() => end(11), 100);
    return { ok: true, value: { unlinked: true } };
  };

  let messages = 0;
  process.on('SIGUSR2', () => {
    messages += 1;
    const chatId = '15550109999@c.us';
    const key = { id: `3EB0${generation}X${process.pid}X${messages}`, fromMe: false, chatId, sender: chatId };
    const content = { type: 'text', body: `message ${messages}`, timestamp: Date.now(), senderName: null };
    const message = { key, ...content, ack: 0, isForwarded: false, hasMedia: false, quotedId: null };
    emit({ kind: 'message.created', message: { ...message, ...options.message } });
  });

  // A browser is the sign that it runs: it obeys before it has one.
  let browser = null;
  const end = (code) => {
    process.stdout.write('farewell\n');
    browser?.kill('SIGKILL');
    process.exit(code);
  };
  process.on('SIGTERM', () => (options.ignoresStop ? undefined : end(0)));
  browser = openBrowser();
  setInterval(beat, deadlines.probeIntervalMs);
  connect();
}

module.exports = { runWorker };
