import type { EventFrame, LinkEvent } from '@wafleet/contracts';

/**
 * Events that the control plane has not committed yet, numbered 1, 2, 3 … without gaps. Bounded: when it is full,
 * facts about messages are refused before they get a number (backfill brings them again), session states never are.
 * Reports of incidents are refused long before that.
 */
export class EventBuffer {
  private readonly frames: EventFrame[] = [];
  private seq = 0;
  private refusedSince: number | null = null;

  constructor(
    private readonly limit: number,
    private readonly now: () => number,
  ) {}

  /** The numbered event, or null when it was refused. */
  add(event: LinkEvent): EventFrame | null {
    // A report may be large and is never worth a message.
    if (event.kind === 'incident' && this.frames.length >= this.limit / 4) return null;
    if (this.frames.length >= this.limit && !mustBeKept(event)) {
      this.refusedSince ??= this.now();
      return null;
    }
    this.seq += 1;
    const frame: EventFrame = { type: 'event', seq: this.seq, at: this.now(), event };
    this.frames.push(frame);
    return frame;
  }

  /** Forgets what is committed. */
  acknowledge(seq: number): void {
    const uncommitted = this.frames.findIndex((frame) => frame.seq > seq);
    this.frames.splice(0, uncommitted === -1 ? this.frames.length : uncommitted);
  }

  get unacknowledged(): readonly EventFrame[] {
    return this.frames;
  }

  get lastSeq(): number {
    return this.seq;
  }

  /** Once after events were refused and there is room again: since when they were. */
  takeRefusal(): number | null {
    if (this.refusedSince === null || this.frames.length > this.limit / 2) return null;
    const since = this.refusedSince;
    this.refusedSince = null;
    return since;
  }
}

/** They are few, and what they say is nowhere else. */
function mustBeKept(event: LinkEvent): boolean {
  return event.kind === 'session.changed' || event.kind === 'inbound.lost';
}
