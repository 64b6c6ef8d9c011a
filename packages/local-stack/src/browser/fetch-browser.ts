import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fetchDebianPackages } from '../debian/fetch-packages';
import { programsDir } from '../files/programs-dir';

/** Where a fetched browser lies, or null when none was fetched yet. */
export function fetchedBrowser(): string | null {
  const path = join(programsDir(), launcherName);
  return existsSync(path) ? path : null;
}

/**
 * Debian's chromium-headless-shell with the libraries that this system lacks, unpacked into our own folder.
 * @returns a launcher that becomes the browser (exec), so that its process is the browser's
 * @throws PackagesUnavailable
 */
export async function fetchBrowser(): Promise<string> {
  const root = join(programsDir(), 'chromium');
  await fetchDebianPackages(['chromium-headless-shell', 'chromium-common', 'fonts-liberation'], root);
  const fonts = join(root, 'etc/wafleet-fonts.conf');
  await mkdir(join(root, 'etc'), { recursive: true });
  await writeFile(fonts, fontsConfiguration(root));
  const launcher = join(programsDir(), launcherName);
  await writeFile(launcher, launcherScript(root, fonts));
  await chmod(launcher, 0o755);
  return launcher;
}

const launcherName = 'chromium-headless-shell';

/** Its libraries are those that the system lacks, so they may come before the system's. */
function launcherScript(root: string, fonts: string): string {
  return `#!/bin/sh
root='${root}'
for folder in "$root"/lib/*-linux-gnu "$root"/usr/lib/*-linux-gnu "$root"/usr/lib/*-linux-gnu/pulseaudio; do
  LD_LIBRARY_PATH="\${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$folder"
done
export LD_LIBRARY_PATH
[ -e /etc/fonts/fonts.conf ] || export FONTCONFIG_FILE='${fonts}'
exec "$root/usr/lib/chromium/chromium-headless-shell" "$@"
`;
}

function fontsConfiguration(root: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${root}/usr/share/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;
}
