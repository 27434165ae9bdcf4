import type { Json } from '../simulator.ts';
import type { Handler } from './xfs-simulator.ts';

const LIGHTS = ['cardReader', 'billAcceptor', 'notesDispenser', 'receiptPrinter', 'scanner', 'pinPad', 'statusInService'] as const;
const RATES = ['off', 'slow', 'medium', 'quick', 'continuous'] as const;

/** Lamps of a simulated service: of the service, not of the bulbs, dark after a restart. [xfs4iot §12] */
export class LampBoard {
  readonly #rates = new Map<string, string>();
  readonly #onSet: (lamp: string, rate: string) => void;

  constructor(onSet: (lamp: string, rate: string) => void) {
    this.#onSet = onSet;
  }

  world(): { readonly [lamp: string]: Json } {
    return Object.fromEntries(LIGHTS.map((light) => [light, this.#rates.get(light) ?? 'off']));
  }

  /** Member `lights` of a status. */
  status(): object {
    return Object.fromEntries(LIGHTS.map((light) => [light, { default: { flashRate: this.#rates.get(light) ?? 'off' } }]));
  }

  handlers(): Readonly<Record<string, Handler>> {
    return {
      'Lights.SetLight': (payload, respond) => {
        const wished = Object.entries(payload).map(([light, positions]) => ({ light, rate: (positions as { readonly default?: { readonly flashRate?: unknown } } | null)?.default?.flashRate }));
        const isKnown = wished.every(({ light, rate }) => LIGHTS.some((each) => each === light) && RATES.some((each) => each === rate));
        if (!isKnown) return respond({ completionCode: 'commandErrorCode', payload: { errorCode: 'invalidLight' } });
        for (const { light, rate } of wished) {
          this.#rates.set(light, String(rate));
          this.#onSet(light, String(rate));
        }
        return respond({});
      },
    };
  }

  darken(): void {
    this.#rates.clear();
  }
}
