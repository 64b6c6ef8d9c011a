/** Dies as soon as it is welcome. */
require('./scripted.cjs').runWorker({ onWelcome: () => process.exit(1) });
