import type { Json } from '../../simulator.ts';

/** From full to empty on battery, and back on mains. */
const DISCHARGE_MS = 20 * 60_000;
const CHARGE_MS = 3 * 3_600_000;
const LOW_PERCENT = 20;

/** Battery, mains and the cable to the server. Charge runs with the clock; no timers. */
export class UpsModel {
  readonly #nowMs: () => number;
  isWorn = false;
  isLost = false;
  isShutdownOrdered = false;
  #hasMains = true;
  #chargePercent = 100;
  #sinceMs: number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
    this.#sinceMs = nowMs();
  }

  setMains(hasMains: boolean): void {
    this.#settle();
    this.#hasMains = hasMains;
  }

  setCharge(percent: number): void {
    this.#settle();
    this.#chargePercent = percent;
  }

  /** [misc §4.1] */
  variables(): Readonly<Record<string, string>> {
    this.#settle();
    const charge = this.#chargePercent;
    const words = [
      this.#hasMains ? 'OL' : charge === 0 ? 'OFF' : 'OB',
      ...(this.#hasMains ? (charge < 100 ? ['CHRG'] : []) : ['DISCHRG']),
      ...(charge < LOW_PERCENT ? ['LB'] : []),
      ...(this.isWorn ? ['RB'] : []),
      ...(this.isShutdownOrdered ? ['FSD'] : []),
    ];
    return {
      'battery.charge': String(Math.floor(charge)),
      'battery.runtime': String(Math.floor((charge / 100) * (DISCHARGE_MS / 1000))),
      'device.serial': 'SIM-UPS-0427',
      'input.voltage': this.#hasMains ? '229.8' : '0.0',
      'ups.firmware': '2.07',
      'ups.load': '35',
      'ups.model': 'Simulated 700',
      'ups.status': words.join(' '),
    };
  }

  describe(): { readonly [key: string]: Json } {
    return { hasMains: this.#hasMains, isLost: this.isLost, variables: this.variables() };
  }

  #settle(): void {
    const nowMs = this.#nowMs();
    const elapsedMs = nowMs - this.#sinceMs;
    this.#sinceMs = nowMs;
    const changed = this.#chargePercent + (this.#hasMains ? elapsedMs / CHARGE_MS : -elapsedMs / DISCHARGE_MS) * 100;
    this.#chargePercent = Math.min(100, Math.max(0, changed));
  }
}
