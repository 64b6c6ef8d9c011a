import { Emitter } from './emitter';

type Attributes = Record<string, unknown>;

/**
 * A Backbone-like model: attributes that tell of their changes. `change:name` passes (model, value, previous), then
 * `change` passes (model); the collections that hold the model pass both on.
 */
export class Model<A extends object = Attributes> extends Emitter {
  /** Whoever passes this model's events on: the collections that hold it. */
  readonly holders = new Set<Emitter>();
  readonly attributes: A;

  constructor(attributes: A) {
    super();
    this.attributes = { ...attributes };
  }

  get<Name extends keyof A>(name: Name): A[Name] {
    return this.attributes[name];
  }

  set(changes: Partial<A>): this {
    const changed: [string, unknown, unknown][] = [];
    for (const [name, value] of Object.entries(changes)) {
      const previous = (this.attributes as Attributes)[name];
      if (previous === value) continue;
      (this.attributes as Attributes)[name] = value;
      changed.push([name, value, previous]);
    }
    for (const [name, value, previous] of changed) this.trigger(`change:${name}`, this, value, previous);
    if (changed.length > 0) this.trigger('change', this);
    return this;
  }

  override trigger(name: string, ...args: unknown[]): void {
    super.trigger(name, ...args);
    for (const holder of this.holders) holder.trigger(name, ...args);
  }

  serialize(): Attributes {
    return Object.fromEntries(Object.entries(this.attributes).filter(([, value]) => value !== undefined));
  }

  toJSON(): Attributes {
    return this.serialize();
  }
}

/** Lets a model's attributes be read and assigned as properties, as all code outside the page does. */
export function exposeAttributes(modelClass: { prototype: object }, names: readonly string[]): void {
  for (const name of names) {
    Object.defineProperty(modelClass.prototype, name, {
      configurable: true,
      get(this: Model) {
        return this.attributes[name];
      },
      set(this: Model, value: unknown) {
        this.set({ [name]: value });
      },
    });
  }
}
