import type { Answer, Handler } from './xfs-simulator.ts';
import { failed } from './xfs-simulator.ts';

/** What a simulated service's storage is made of; the device has the notes, this has the protocol around them. [xfs4iot §3, §14.13] */
export interface StorageUnits {
  /** As GetStorage tells them, by name. */
  tell(): Readonly<Record<string, object>>;
  /** A customer's notes lie somewhere on their way. */
  isBusy(): boolean;
  /** Takes what was said to lie in a unit. @returns false: no such unit, or no such kind of note */
  setInitial(unit: string, items: Readonly<Record<string, number>>): boolean;
  /** The application's own lock against notes that come in; absent: the service has none. @returns false: no such unit */
  lockIn?(unit: string, isLocked: boolean): boolean;
  /** The units were closed: what was touched meanwhile is known again. */
  closed(): void;
  announce(name: string, payload: object): void;
  /** Whether something about a unit is wrong when it is opened or closed. */
  hasProblem(at: string): boolean;
}

/** StartExchange, SetStorage, EndExchange and GetStorage. Whether the units are open is kept over power cuts. */
export class StorageDesk {
  readonly #units: StorageUnits;
  #isExchanging = false;

  constructor(units: StorageUnits) {
    this.#units = units;
  }

  get isExchanging(): boolean {
    return this.#isExchanging;
  }

  /** Member `common` of a status. */
  get exchange(): 'active' | 'inactive' {
    return this.#isExchanging ? 'active' : 'inactive';
  }

  /** Cash does not move while people are at the units. @returns whether it was refused */
  refuses(respond: (answer: Answer) => void): boolean {
    if (this.#isExchanging) respond(failed('exchangeActive'));
    return this.#isExchanging;
  }

  handlers(): Readonly<Record<string, Handler>> {
    return {
      'Storage.GetStorage': (_, respond) => respond({ payload: { storage: this.#units.tell() } }),
      'Storage.StartExchange': (_, respond) => {
        if (this.#isExchanging) return respond(failed('exchangeActive'));
        if (this.#units.isBusy()) return respond(failed('transactionActive'));
        if (this.#units.hasProblem('startExchange')) return respond(failed('storageUnitError'));
        this.#become(true);
        return respond({});
      },
      'Storage.SetStorage': ({ storage }, respond) => this.#set(storage, respond),
      'Storage.EndExchange': (_, respond) => {
        if (!this.#isExchanging) return respond(failed('noExchangeActive'));
        this.#units.closed();
        this.#become(false);
        return respond(this.#units.hasProblem('endExchange') ? failed('storageUnitError') : {});
      },
    };
  }

  #set(storage: unknown, respond: (answer: Answer) => void): void {
    if (typeof storage !== 'object' || storage === null) return respond({ completionCode: 'invalidData' });
    const asked = Object.entries(storage as Record<string, { readonly cash?: { readonly configuration?: { readonly appLockIn?: boolean }; readonly status?: { readonly initial?: Record<string, { readonly fit?: number } | number> } } }>);
    // Locks change at any time, counts only while the units are open. [xfs4iot §14.13]
    if (!this.#isExchanging && asked.some(([, { cash }]) => cash?.status !== undefined || cash?.configuration?.appLockIn === undefined)) return respond(failed('noExchangeActive'));
    const changed: string[] = [];
    for (const [unit, { cash }] of asked) {
      const lock = cash?.configuration?.appLockIn;
      if (lock !== undefined && this.#units.lockIn?.(unit, lock) !== true) return respond(failed('invalidUnit'));
      if (lock !== undefined) changed.push(unit);
      if (cash?.status === undefined) continue;
      const initial = cash?.status?.initial ?? {};
      const items = Object.fromEntries(Object.entries(initial).map(([item, count]) => [item, typeof count === 'number' ? count : (count.fit ?? 0)]));
      if (!this.#units.setInitial(unit, items)) return respond(failed('invalidUnit'));
      changed.push(unit);
    }
    const told = this.#units.tell();
    this.#units.announce('Storage.StorageChangedEvent', Object.fromEntries(changed.map((unit) => [unit, told[unit]])));
    return respond({});
  }

  #become(isExchanging: boolean): void {
    this.#isExchanging = isExchanging;
    this.#units.announce('Common.StatusChangedEvent', { common: { exchange: this.exchange } });
  }
}
