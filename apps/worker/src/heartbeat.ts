import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';
import { heartbeatIntervalMs, type HeartbeatFrame } from '@wafleet/contracts';
import { readControlGroup, type ControlGroupUse } from '@wafleet/runtime';
import { readProcess, type ProcessEntry } from './processes/process-table';
import { cpuPercent, proportionalSetSize } from './processes/process-usage';

export interface HeartbeatOptions {
  now: () => number;
  probe: () => HeartbeatFrame['probe'];
  /** Without this process. */
  browserProcessIds: () => number[];
  queues: () => HeartbeatFrame['queues'];
  lastMessageAt: () => number | null;
  /** The worker has a control group of its own. */
  hasOwnGroup: boolean;
  send: (frame: HeartbeatFrame) => void;
}

/** Reading a browser's memory walks its page tables, some milliseconds each time. */
const memoryIntervalMs = 30_000;

/** Tells the control plane every five seconds what this worker measures of itself and its browser. */
export class Heartbeat {
  private timer: NodeJS.Timeout | null = null;
  private readonly loop: IntervalHistogram = monitorEventLoopDelay({ resolution: 100 });
  private lastTree: ProcessEntry[] = [];
  private lastGroup: ControlGroupUse | null;
  private lastAt: number;
  private memory: HeartbeatFrame['memory'] = { nodeBytes: null, browserBytes: null };
  private memoryAt = -Infinity;
  private memoryOf = '';

  constructor(private readonly options: HeartbeatOptions) {
    this.lastAt = options.now();
    this.lastGroup = options.hasOwnGroup ? readControlGroup() : null;
  }

  start(): void {
    this.loop.enable();
    this.timer = setInterval(() => this.beat(), heartbeatIntervalMs);
  }

  /** Out of turn, when there is news such as a missed probe. */
  beat(): void {
    const { options } = this;
    const at = options.now();
    const browser = options.browserProcessIds();
    const tree = [process.pid, ...browser].map(readProcess).filter((entry) => entry !== null);
    const group = options.hasOwnGroup ? readControlGroup() : null;
    this.measureMemory(at, browser);
    options.send({
      type: 'heartbeat',
      at,
      probe: options.probe(),
      memory: this.memory,
      cpuPercent: this.cpuPercent(tree, group, at - this.lastAt),
      processes: tree.length,
      ...(group === null ? {} : { group: told(group) }),
      queues: options.queues(),
      eventLoopDelayMs: Math.max(0, this.loop.max / 1e6 - 100),
      lastMessageAt: options.lastMessageAt(),
    });
    this.lastTree = tree;
    this.lastGroup = group;
    this.lastAt = at;
    this.loop.reset();
  }

  stop(): void {
    if (this.timer) clearInterval(this.timer);
    this.loop.disable();
  }

  /** What the kernel counts of our container includes processes that came and went between two heartbeats. */
  private cpuPercent(tree: ProcessEntry[], group: ControlGroupUse | null, elapsedMs: number): number | null {
    if (elapsedMs <= 0) return null;
    const [before, after] = [this.lastGroup?.cpuMs, group?.cpuMs];
    if (before == null || after == null) return cpuPercent(this.lastTree, tree, elapsedMs);
    return (Math.max(0, after - before) / elapsedMs) * 100;
  }

  private measureMemory(at: number, browser: number[]): void {
    const processes = browser.join();
    if (at - this.memoryAt < memoryIntervalMs && processes === this.memoryOf) return;
    this.memoryAt = at;
    this.memoryOf = processes;
    this.memory = {
      nodeBytes: proportionalSetSize([process.pid]),
      browserBytes: browser.length > 0 ? proportionalSetSize(browser) : null,
    };
  }
}

/** Processor time is told as a share. */
function told({ memoryBytes, memoryLimitBytes, pids, pidsLimit, cpuLimit }: ControlGroupUse) {
  return { memoryBytes, memoryLimitBytes, pids, pidsLimit, cpuLimit };
}
