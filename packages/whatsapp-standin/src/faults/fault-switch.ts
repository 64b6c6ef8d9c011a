import { type Faults, type PageFaults, pageFaultNames } from './fault-table';

/** Which faults are on: for all accounts, and for single ones, whose own setting wins. */
export class FaultSwitch {
  private all: Faults = {};
  private readonly byNumber = new Map<string, Faults>();

  /** Adds to what is on already; a repeated name takes the new value. */
  set(faults: Faults, number?: string): void {
    if (number === undefined) this.all = { ...this.all, ...faults };
    else this.byNumber.set(number, { ...this.byNumber.get(number), ...faults });
  }

  /** Ends the faults of one account, or every fault of everybody. */
  clear(number?: string): void {
    if (number !== undefined) {
      this.byNumber.delete(number);
      return;
    }
    this.all = {};
    this.byNumber.clear();
  }

  /** @param number absent for a page that is not linked to an account */
  of(number?: string): Faults {
    return { ...this.all, ...(number === undefined ? {} : this.byNumber.get(number)) };
  }

  ofPage(number?: string): PageFaults {
    const faults = this.of(number);
    return Object.fromEntries(pageFaultNames.map((name) => [name, faults[name]]));
  }

  list(): { all: Faults; numbers: Record<string, Faults> } {
    return { all: this.all, numbers: Object.fromEntries(this.byNumber) };
  }
}
