export { createLogger, scrub, type Logger } from './logger';
export { backoffMs, type BackoffPolicy } from './backoff';
export { withDeadline, DeadlineError } from './deadline';
export { createOutageLog, type OutageLog } from './outage-log';
export { readEnvironment, ConfigError } from './environment';
export { runUntilSignal } from './shutdown';
export { listProcessIds, readProcFile, statFields } from './proc';
export { readOomKills } from './oom-kills';
export { describeProcess, findLockHolder, readFileLocks, type LockHolder } from './lock-holder';
