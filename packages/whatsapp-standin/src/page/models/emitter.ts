export type Listener = (...args: never[]) => void;

interface Registration {
  listener: Listener;
  context: unknown;
}

/** Backbone's events, as far as WhatsApp Web's models offer them. Several names are separated by spaces. */
export class Emitter {
  private readonly registrations = new Map<string, Registration[]>();

  on(names: string, listener: Listener, context?: unknown): this {
    for (const name of names.split(' ')) {
      this.registrations.set(name, [...this.registered(name), { listener, context: context ?? this }]);
    }
    return this;
  }

  once(names: string, listener: Listener, context?: unknown): this {
    const handler = (...args: never[]) => {
      this.off(names, handler);
      listener.apply(context ?? this, args);
    };
    return this.on(names, handler);
  }

  off(names: string, listener?: Listener): this {
    for (const name of names.split(' ')) {
      const kept = listener ? this.registered(name).filter((one) => one.listener !== listener) : [];
      this.registrations.set(name, kept);
    }
    return this;
  }

  trigger(name: string, ...args: unknown[]): void {
    for (const { listener, context } of this.registered(name)) listener.apply(context, args as never[]);
  }

  hasListener(name: string): boolean {
    return this.registered(name).length > 0;
  }

  private registered(name: string): readonly Registration[] {
    return this.registrations.get(name) ?? [];
  }
}
