import type { Currency } from '../../main/foundation/money.ts';

export interface NoteRequest {
  readonly denominationsMinor: readonly number[];
  readonly currency: Currency;
}

/** Notes that the core asked for last, whatever numbers the device in place has for them. */
export class AskedNotes {
  #request: NoteRequest | null = null;
  #isAsking = false;

  ask(request: NoteRequest): void {
    this.#request = request;
    this.#isAsking = true;
  }

  /** A note that slips in meanwhile is still one of those. */
  stop(): void {
    this.#isAsking = false;
  }

  get isAsking(): boolean {
    return this.#isAsking;
  }

  has({ denominationMinor, currency }: { readonly denominationMinor: number; readonly currency: Currency }): boolean {
    return this.#request?.currency === currency && this.#request.denominationsMinor.includes(denominationMinor);
  }
}
