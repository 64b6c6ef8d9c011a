/** Takes more and more memory, once a message for it is there: a file named `greed` in its tenant's folder. */
const { existsSync } = require('node:fs');
const { dirname, join } = require('node:path');
require('./scripted.cjs').runWorker();

const sign = join(dirname(dirname(process.env.WORKER_SETTINGS_FILE)), 'home/greed');
const taken = [];
setInterval(() => {
  if (existsSync(sign)) taken.push(Buffer.alloc(32 * 2 ** 20, 1));
}, 20);
