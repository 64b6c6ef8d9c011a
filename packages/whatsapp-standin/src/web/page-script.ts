import { join } from 'node:path';
import { buildSync } from 'esbuild';
import type { PageFaults } from '../faults/fault-table';

/** What the page is told when it loads. */
export interface PageConfig {
  faults: PageFaults;
}

/**
 * The page's script in one piece, bundled from its sources at start: it can't be older than them, and needs no build
 * of its own. Called from `src` and from `dist`, which lie side by side.
 */
export function bundlePageScript(): string {
  const result = buildSync({
    entryPoints: [join(__dirname, '..', '..', 'src', 'page', 'main.ts')],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    target: 'chrome120',
  });
  const [output] = result.outputFiles;
  if (!output) throw new Error('esbuild gave no output for the page');
  return output.text;
}

/** The page's address names the account that the profile is linked to, so that the script comes with its faults. */
export const pageHtml = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>WhatsApp</title></head>
<body>
<main id="app"></main>
<script>
const linked = /^"(\\d+):/.exec(localStorage.getItem('last-wid-md') ?? '');
const script = document.createElement('script');
script.src = '/app.js?account=' + (linked ? linked[1] : '');
document.head.append(script);
</script>
</body>
</html>
`;

/** What a proxy or a broken server answers in place of the page. */
export const errorHtml = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Error</title></head>
<body><h1>This page isn't working</h1></body>
</html>
`;
