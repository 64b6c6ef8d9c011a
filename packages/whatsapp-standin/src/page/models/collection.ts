import { Emitter } from './emitter';

/** What a collection needs of its models: their events, and a place to pass them on from. */
type Held = Emitter & { readonly holders: Set<Emitter> };

/** Models in the order in which they were added, found by their id. Tells of `add` and `remove`. */
export class Collection<M extends Held> extends Emitter {
  private readonly byId = new Map<string, M>();

  /** @param idOf the text by which a model is found */
  constructor(private readonly idOf: (model: M) => string) {
    super();
  }

  get length(): number {
    return this.byId.size;
  }

  /** A model whose id is there already is not added. @returns whether it was new */
  add(model: M): boolean {
    const id = this.idOf(model);
    if (this.byId.has(id)) return false;
    this.byId.set(id, model);
    model.holders.add(this);
    this.trigger('add', model);
    return true;
  }

  /** Puts older models before the others, without telling anybody of an order. */
  addEarlier(models: readonly M[]): M[] {
    const later = [...this.byId.values()];
    this.byId.clear();
    const fresh = models.filter((model) => !later.some((one) => this.idOf(one) === this.idOf(model)));
    for (const model of [...fresh, ...later]) {
      this.byId.set(this.idOf(model), model);
      model.holders.add(this);
    }
    return fresh;
  }

  remove(model: M): void {
    if (!this.byId.delete(this.idOf(model))) return;
    this.trigger('remove', model);
    model.holders.delete(this);
  }

  /** @param id the text, or the id object whose text it is */
  get(id: string | { toString(): string } | null | undefined): M | undefined {
    return id === undefined || id === null ? undefined : this.byId.get(id.toString());
  }

  getModelsArray(): M[] {
    return [...this.byId.values()];
  }

  last(): M | undefined {
    return this.getModelsArray().at(-1);
  }
}
