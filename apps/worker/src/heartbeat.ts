import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';
import { heartbeatIntervalMs, type HeartbeatFrame } from '@wafleet/contracts';
import { readProcess, type ProcessEntry } from './processes/process-table';
import { cpuPercent, proportionalSetSize } from './processes/process-usage';

export interface HeartbeatOptions {
  now: () => number;
  probe: () => HeartbeatFrame['probe'];
  /** Without this process. */
  browserProcessIds: () => number[];
  queues: () => HeartbeatFrame['queues'];
  lastMessageAt: () => number | null;
  send: (frame: HeartbeatFrame) => void;
}

/** Reading a browser's memory walks its page tables, some milliseconds each time. */
const memoryIntervalMs = 30_000;

/** Tells the control plane every five seconds what this worker measures of itself and its browser. */
export class Heartbeat {
  private timer: NodeJS.Timeout | null = null;
  private readonly loop: IntervalHistogram = monitorEventLoopDelay({ resolution: 100 });
  private lastTree: ProcessEntry[] = [];
  private lastAt: number;
  private memory: HeartbeatFrame['memory'] = { nodeBytes: null, browserBytes: null };
  private memoryAt = -Infinity;
  private memoryOf = '';

  constructor(private readonly options: HeartbeatOptions) {
    this.lastAt = options.now();
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
    this.measureMemory(at, browser);
    options.send({
      type: 'heartbeat',
      at,
      probe: options.probe(),
      memory: this.memory,
      cpuPercent: at > this.lastAt ? cpuPercent(this.lastTree, tree, at - this.lastAt) : null,
      processes: tree.length,
      queues: options.queues(),
      eventLoopDelayMs: Math.max(0, this.loop.max / 1e6 - 100),
      lastMessageAt: options.lastMessageAt(),
    });
    this.lastTree = tree;
    this.lastAt = at;
    this.loop.reset();
  }

  stop(): void {
    if (this.timer) clearInterval(this.timer);
    this.loop.disable();
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
