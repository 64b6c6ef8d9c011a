import { run } from './run';

/** `wafleet <verb> …`. The first Ctrl-C ends what is waited for, the second one everything. */
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (stopping.signal.aborted) process.exit(130);
    stopping.abort();
  });
}
// Whoever read our output has seen enough, as `head` has.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
}

void run(process.argv.slice(2), stopping.signal).then((exitCode) => {
  process.exitCode = exitCode;
  // Nothing that is still open keeps it; what was written is out by then.
  setTimeout(() => process.exit(exitCode), 1_000).unref();
});
