import { assert } from '../../main/foundation/assert.ts';
import type { ErrorCode } from '../../main/foundation/error-catalogue.ts';
import type { DeviceOutcome } from '../../main/foundation/outcome.ts';
import type { CashDispenser, CashDispenserCapabilities, CashDispenserSensors, DispenseCounts } from '../interfaces/cash-dispenser.ts';
import type { CashRecycler } from '../interfaces/cash-recycler.ts';
import type { DeviceStatus, Unsubscribe } from '../interfaces/device.ts';

/** Few, so that an uncertain payout is uncertain about few. */
const NOTES_PER_COMMAND_MAX = 10;

/** A recycler seen as a dispenser: its units are the cassettes. Its life is the recycler's: starting and stopping it does nothing. */
export class RecyclerDispenser implements CashDispenser {
  readonly #recycler: CashRecycler;
  readonly #unitCount: () => number;
  readonly #pay: (request: { readonly cassetteNumber: number; readonly noteCount: number }) => Promise<DeviceOutcome<DispenseCounts>>;
  readonly #isPresent: (unitNumber: number) => boolean;
  readonly #paysDespite: readonly ErrorCode[];
  readonly presenter = null;

  /** @param parts  `isPresent` absent: units that are out do not answer at all. `paysDespite`: faults that keep it from taking notes and not from paying them out; absent: none */
  constructor(recycler: CashRecycler, parts: { readonly unitCount: () => number; readonly pay: (request: { readonly cassetteNumber: number; readonly noteCount: number }) => Promise<DeviceOutcome<DispenseCounts>>; readonly isPresent?: (unitNumber: number) => boolean; readonly paysDespite?: readonly ErrorCode[] }) {
    this.#recycler = recycler;
    this.#unitCount = parts.unitCount;
    this.#pay = parts.pay;
    this.#isPresent = parts.isPresent ?? (() => true);
    this.#paysDespite = parts.paysDespite ?? [];
  }

  get deviceId(): string {
    return this.#recycler.deviceId;
  }

  get capabilities(): CashDispenserCapabilities {
    return { cassetteCount: this.#unitCount(), notesPerCommandMax: NOTES_PER_COMMAND_MAX, itemsTakenSensor: false, retractArea: false, shutter: false, presentsWhileDispensing: true, extraNoteCountMax: 0 };
  }

  start(): void {}

  async stop(): Promise<void> {}

  status(): DeviceStatus {
    const status = this.#recycler.status();
    const pays = status.state === 'faulty' && status.faults.every((fault) => this.#paysDespite.includes(fault));
    return pays ? { ...status, state: 'ready', faults: [] } : status;
  }

  onStatus(listener: (status: DeviceStatus) => void): Unsubscribe {
    return this.#recycler.onStatus(() => listener(this.status()));
  }

  reset(): void {
    this.#recycler.reset();
  }

  async dispense(request: { readonly cassetteNumber: number; readonly noteCount: number }): Promise<DeviceOutcome<DispenseCounts>> {
    const { cassetteNumber, noteCount } = request;
    const cassetteCount = this.#unitCount();
    assert(cassetteCount === 0 || (Number.isInteger(cassetteNumber) && cassetteNumber >= 1 && cassetteNumber <= cassetteCount), 'the cassettes that the recycler has');
    assert(Number.isInteger(noteCount) && noteCount >= 1 && noteCount <= NOTES_PER_COMMAND_MAX, 'a payout asks for 1 to 10 notes');
    if (cassetteCount === 0) return { kind: 'failed', completionCode: 'deviceNotReady', errorCode: 'CDM_OFFLINE', detail: 'its kinds of notes are not known yet' };
    return this.#pay(request);
  }

  /** Sensors of the path are not told: what stands in it shows as a fault. Units that do not answer are not there. */
  async readSensors(): Promise<DeviceOutcome<CashDispenserSensors>> {
    const inventory = await this.#recycler.inventory();
    if (inventory.kind !== 'completed') return inventory;
    const isBlocked = this.#recycler.status().faults.includes('CDM_JAMMED');
    return {
      kind: 'completed',
      value: { isExitBlocked: false, isTransportBlocked: isBlocked, isRejectTrayPresent: true, cassettes: inventory.value.units.map((unit) => ({ cassetteNumber: unit.unitNumber, isPresent: this.#isPresent(unit.unitNumber), isNearEnd: unit.noteCount === 0 })) },
    };
  }

  /** There is no such order: the unit clears its path while it resets, and says by events where the notes went. */
  purge(): Promise<DeviceOutcome<void>> {
    return Promise.resolve({ kind: 'failed', completionCode: 'unsupportedCommand', detail: 'the unit clears its path at a reset' });
  }
}
