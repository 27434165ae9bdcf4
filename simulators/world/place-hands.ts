import type { Clock } from '../../main/foundation/clock.ts';
import type { DeviceSimulator } from '../simulator.ts';
import type { PlaceSurroundings } from './place-surroundings.ts';
import { PlannedActs } from './planned-acts.ts';

/** A thing that hands or the mains do at the place. */
export interface PlaceAct {
  readonly to: 'switches' | 'powerSupply';
  readonly commands: readonly { readonly do: string; readonly [field: string]: string | number | boolean }[];
}

export interface PlaceHandsParts {
  readonly clock: Clock;
  readonly place: PlaceSurroundings;
  /** The battery is empty: nothing in the terminal has power until mains are back. */
  readonly onEmpty: () => void;
}

/** From full to empty, as the simulated battery has it. */
const DISCHARGE_MS = 20 * 60_000;
/** What a battery has when mains come back after it was empty. */
const LEFT_PERCENT = 3;
/** A UPS that can be asked, on mains, full. */
export const ON_MAINS: PlaceAct['commands'] = [{ do: 'plug' }, { do: 'powerOn' }, { do: 'findUps' }, { do: 'mains', on: true }, { do: 'setCharge', percent: 100 }];
/** Whatever was wrong with board, server or power; the tamper contact is at rest, what it told before is not. */
const REMEDIES: readonly PlaceAct[] = [
  { to: 'switches', commands: [{ do: 'clearFaults' }, { do: 'plug' }, { do: 'powerOn' }, { do: 'turnKey', on: false }, { do: 'closeDoor', door: 'safe' }, { do: 'closeDoor', door: 'cabinet' }, { do: 'tamper', on: false }] },
  { to: 'powerSupply', commands: [{ do: 'clearFaults' }, ...ON_MAINS] },
];

/** Does things at the place in their time, and lets the power of the whole terminal go with the battery. */
export class PlaceHands {
  readonly #parts: PlaceHandsParts;
  readonly #acts: PlannedActs;

  constructor(parts: PlaceHandsParts) {
    this.#parts = parts;
    this.#acts = new PlannedActs(parts.clock);
    parts.place.powerSupply.onEvent(({ event }) => {
      if (event === 'mains' || event === 'setCharge') this.#watchBattery();
    });
  }

  get place(): PlaceSurroundings {
    return this.#parts.place;
  }

  /** `undo` follows after its time; without, it stays until somebody puts it right. */
  plan(act: PlaceAct, { afterMs, undo }: { readonly afterMs: number; readonly undo: (PlaceAct & { readonly afterMs: number }) | null }): void {
    this.#acts.plan(afterMs, () => {
      this.#do(act);
      if (undo !== null) this.#acts.plan(undo.afterMs, () => this.#do(undo));
    });
  }

  /** Nothing more happens of what was planned. */
  putRight(): void {
    this.#acts.callOff();
    for (const remedy of REMEDIES) this.#do(remedy);
  }

  /** Where the battery was empty. */
  bringBackMains(): void {
    const { hasMains, chargePercent } = batteryOf(this.place);
    if (hasMains || chargePercent > 0) return;
    this.#do({ to: 'powerSupply', commands: [{ do: 'mains', on: true }, { do: 'setCharge', percent: LEFT_PERCENT }] });
  }

  #do({ to, commands }: PlaceAct): void {
    const device: DeviceSimulator = this.#parts.place[to];
    for (const command of commands) device.control(command);
  }

  #watchBattery(): void {
    const { chargePercent, hasMains } = batteryOf(this.#parts.place);
    if (hasMains) return;
    this.#acts.plan((chargePercent / 100) * DISCHARGE_MS, () => {
      const now = batteryOf(this.#parts.place);
      if (!now.hasMains && now.chargePercent === 0) this.#parts.onEmpty();
    });
  }
}

/** As it is, whatever the server says. */
export function batteryOf({ powerSupply }: PlaceSurroundings): { readonly hasMains: boolean; readonly chargePercent: number } {
  const { hasMains, variables } = powerSupply.world() as unknown as { readonly hasMains: boolean; readonly variables: Readonly<Record<string, string>> };
  return { hasMains, chargePercent: Number(variables['battery.charge']) };
}
