/** Credits on their way to the ledger, in the order in which the coins fell: the next is told when the one before is durable, so that a mark covers all before it. */
export class CoinQueue<Item> {
  readonly #tell: (item: Item, done: { acknowledge(): void; postpone(): void }) => void;
  readonly #items: Item[] = [];
  #isTold = false;
  #isTelling = false;

  constructor(tell: (item: Item, done: { acknowledge(): void; postpone(): void }) => void) {
    this.#tell = tell;
  }

  get length(): number {
    return this.#items.length;
  }

  push(item: Item): void {
    this.#items.push(item);
    this.tellNext();
  }

  /** Tells the first that is not told, also one that was postponed. */
  tellNext(): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    while (!this.#isTold && this.#items.length > 0) this.#tellFirst(this.#items[0]!);
    this.#isTelling = false;
  }

  #tellFirst(item: Item): void {
    this.#isTold = true;
    let isOver = false;
    const once = (then: () => void) => () => {
      if (isOver) return;
      isOver = true;
      then();
    };
    this.#tell(item, {
      acknowledge: once(() => {
        this.#items.shift();
        this.#isTold = false;
        this.tellNext();
      }),
      postpone: once(() => {
        // Not at once: a full disk is still full. The next poll tells it again.
        queueMicrotask(() => {
          this.#isTold = false;
        });
      }),
    });
  }
}
