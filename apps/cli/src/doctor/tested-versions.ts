/** What Wafleet was tested with; a test holds it to the pins. Others may work. */
export const testedVersions = {
  node: { oldest: { major: 20, minor: 19 }, majors: [20] },
  packages: { 'whatsapp-web.js': '1.34.7', puppeteer: '24.38.0' },
  /** Majors of Postgres: the embedded one's, and those that databases of one's own may have. */
  postgres: { oldest: 14, majors: [18] },
  /** Majors of Chromium. */
  browser: { oldest: 120 },
} as const satisfies {
  node: { oldest: { major: number; minor: number }; majors: number[] };
  packages: Record<string, string>;
  postgres: { oldest: number; majors: number[] };
  browser: { oldest: number };
};
