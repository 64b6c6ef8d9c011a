import { resolve } from 'node:path';
import type { NextConfig } from 'next';

const repository = resolve(import.meta.dirname, '../..');

const config: NextConfig = {
  // A folder that runs with Node alone: build.mjs puts it together in dist.
  output: 'standalone',
  outputFileTracingRoot: repository,
  turbopack: { root: repository },
  images: { unoptimized: true },
  poweredByHeader: false,
  reactStrictMode: true,
  // Streams must not be gathered, and a proxy in front compresses better.
  compress: false,
  // `types` is a step of its own, on sources alone; Next writes into the file that it is given.
  typescript: { ignoreBuildErrors: true, tsconfigPath: 'tsconfig.build.json' },
};

export default config;
