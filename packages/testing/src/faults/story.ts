/** Levels of pino below which a line is for those who look for a defect. */
const infoLevel = 30;
const subjects = ['tenant', 'session', 'worker', 'incident', 'action'];

/**
 * What the control plane's log tells of one tenant to somebody who reads nothing else: the lines of its transitions, as
 * message, state and reason. That a worker was adopted is what every start leads to.
 * @param log what it printed, one JSON object a line
 */
export function readStory(log: string, tenantId: string): string[] {
  return log
    .split('\n')
    .filter((line) => line.startsWith('{') && line.includes(tenantId))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((line) => line.tenantId === tenantId && isTold(line.level))
    .filter(({ msg }) => subjects.includes(String(msg).split(' ', 1)[0] ?? '') && msg !== 'worker adopted')
    .map(({ msg, status, state, generation, reason }) =>
      [msg, status ?? state ?? generation, reason]
        .filter((part) => part != null)
        .map(String)
        .join(' '),
    );
}

function isTold(level: unknown): boolean {
  return typeof level === 'number' ? level >= infoLevel : level !== 'debug';
}
