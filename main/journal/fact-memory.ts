/** Catalogues and memos of operations are longer and asked for once or twice; what screens ask for is a word. */
const VALUE_LENGTH_MAX = 64;
/** More keys than screens ask for; those of single operations come and go. */
const KEYS_MAX = 64;

/** Short facts as they were last read: each screen asks for some of them, and few commits put one. There is no other writer. */
export class FactMemory {
  readonly #read: (key: string) => string | undefined;
  readonly #known = new Map<string, string | undefined>();

  constructor(read: (key: string) => string | undefined) {
    this.#read = read;
  }

  fact(key: string): string | undefined {
    if (this.#known.has(key)) return this.#known.get(key);
    const value = this.#read(key);
    if (this.#known.size >= KEYS_MAX) this.#known.clear();
    if ((value?.length ?? 0) <= VALUE_LENGTH_MAX) this.#known.set(key, value);
    return value;
  }

  /** Of a commit that stands. */
  noteCommitted(facts: Readonly<Record<string, string>> | undefined): void {
    for (const key of Object.keys(facts ?? {})) this.#known.delete(key);
  }
}
