#!/usr/bin/env node
// Plain JavaScript that is there before anything is built, so that the command exists in a fresh clone too.
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const program = join(__dirname, '../dist/wafleet.cjs');
if (existsSync(program)) require(program);
else {
  process.stderr.write('wafleet is not built yet. Run: npm run setup\n');
  process.exit(1);
}
