/** WhatsApp Web's modules by name, as `window.require` gives them. */
export class ModuleRegistry {
  private readonly modules = new Map<string, unknown>();

  add(modules: Record<string, unknown>): this {
    for (const [name, exported] of Object.entries(modules)) this.modules.set(name, exported);
    return this;
  }

  remove(names: readonly string[]): this {
    for (const name of names) this.modules.delete(name);
    return this;
  }

  /** @throws for a name that nobody added, in WhatsApp's words */
  readonly require = (name: string): unknown => {
    if (!this.modules.has(name)) throw new Error(`Requiring unknown module "${name}"`);
    return this.modules.get(name);
  };
}
