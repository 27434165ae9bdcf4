import type { CashDispenser, CashDispenserCapabilities, CashDispenserSensors, DispenseCounts } from '../../../drivers/interfaces/cash-dispenser.ts';
import type { CashRecycler } from '../../../drivers/interfaces/cash-recycler.ts';
import type { CoinCounts, CoinDispenser } from '../../../drivers/interfaces/coin-dispenser.ts';
import type { Unsubscribe } from '../../../drivers/interfaces/device.ts';
import type { Config } from '../../contracts/config.ts';
import { assert } from '../../foundation/assert.ts';
import type { DeviceOutcome } from '../../foundation/outcome.ts';
import { doesAnswer, isServing } from '../device-state.ts';
import { hopperCassette, hopperIndex, isHopperCassette, isRecyclerCassette, recyclerCassette } from './cash-unit-ids.ts';

interface JoinedDispenserOptions {
  /** null: there is none. */
  readonly recycler: CashRecycler | null;
  /** Of its units, as configured: what stands first is cassette 101. */
  readonly denominationsMinor: readonly number[];
  /** Cassettes 201, 202 … */
  readonly hoppers: readonly CoinDispenser[];
  /** null: the others are all there is. One with a stacker hands out bunches, into which notes of a recycler and coins do not go: it must not be joined. */
  readonly dispenser: CashDispenser | null;
}

/** All that pays out, as one; null: nothing does. */
export function joinedDispenser(config: Config, devices: { readonly recycler: CashRecycler | null; readonly dispenser: CashDispenser | null; readonly hoppers: readonly CoinDispenser[] }): CashDispenser | null {
  const recycler = config.devices.recycler === undefined ? null : devices.recycler;
  const { dispenser, hoppers } = devices;
  if (recycler === null && hoppers.length === 0) return dispenser;
  assert(dispenser?.presenter === undefined || dispenser.presenter === null, 'a recycler or hopper beside a dispenser with a stacker: deviceProblems finds it');
  return joinDispensers({ recycler, denominationsMinor: (config.devices.recycler?.units ?? []).map((unit) => unit.denominationMinor), hoppers, dispenser });
}

const MISSING = { kind: 'failed', completionCode: 'deviceNotReady', errorCode: 'CDM_CASSETTE_MISSING' } as const;

/**
 * A dispenser's cassettes, a recycler's units and the coins of hoppers as one dispenser, so that a mix goes over all of them. Each command goes to the device that has the
 * cassette; a device that is not up takes its cassettes with it and nothing else. Starting and stopping is the dispenser's; the recycler lives as the acceptor, each hopper by itself.
 */
function joinDispensers({ recycler, denominationsMinor, hoppers, dispenser }: JoinedDispenserOptions): CashDispenser {
  /** A hopper stands for the others only where there are none: coins alone are no cash-out. */
  const payer = recycler?.dispenser ?? null;
  const shown = () => (dispenser === null || (payer !== null && !isServing(dispenser) && isServing(payer)) ? (payer ?? hoppers[0])! : dispenser);
  const hopperOf = (cassetteNumber: number) => hoppers[hopperIndex(cassetteNumber)];
  const all = [dispenser, recycler, ...hoppers].filter((device) => device !== null);
  assert(all.length > 0, 'something is joined');
  return {
    deviceId: all[0]!.deviceId,
    presenter: null,
    ...(dispenser?.storage === undefined ? {} : { storage: dispenser.storage }),
    ...(dispenser?.lastDispense === undefined ? {} : { lastDispense: dispenser.lastDispense }),
    get capabilities(): CashDispenserCapabilities {
      const parts = [dispenser?.capabilities, recycler?.dispenser.capabilities].filter((one) => one !== undefined);
      const base = parts[0] ?? { itemsTakenSensor: false, retractArea: false, shutter: false, presentsWhileDispensing: true, extraNoteCountMax: 0 };
      const perCommand = [...parts.map((one) => one.notesPerCommandMax), ...hoppers.map((hopper) => hopper.capabilities.coinsPerCommandMax)];
      return { ...base, cassetteCount: (dispenser?.capabilities.cassetteCount ?? 0) + denominationsMinor.length + hoppers.length, notesPerCommandMax: Math.min(...perCommand) };
    },
    start: () => dispenser?.start(),
    stop: async () => dispenser?.stop(),
    status: () => shown().status(),
    onStatus(listener): Unsubscribe {
      const ends = all.map((device) => device.onStatus(() => listener(shown().status())));
      return () => ends.forEach((end) => end());
    },
    reset: () => (dispenser ?? recycler ?? hoppers[0])?.reset(),
    async dispense(request): Promise<DeviceOutcome<DispenseCounts>> {
      const hopper = hopperOf(request.cassetteNumber);
      if (isHopperCassette(request.cassetteNumber)) return hopper === undefined ? { ...MISSING, detail: 'no such hopper' } : dispenseOfCoins(request.cassetteNumber, await hopper.dispense({ coinCount: request.noteCount }));
      if (!isRecyclerCassette(request.cassetteNumber)) return dispenser === null ? { ...MISSING, detail: 'no such cassette' } : dispenser.dispense(request);
      const denominationMinor = denominationsMinor[request.cassetteNumber - recyclerCassette(0)];
      const unitNumber = denominationMinor === undefined || recycler === null ? null : recycler.unitNumberOf(denominationMinor);
      if (unitNumber === null || recycler === null) return { ...MISSING, detail: 'the recycler has no such unit' };
      const outcome = await recycler.dispenser.dispense({ ...request, cassetteNumber: unitNumber });
      return outcome.kind === 'completed' ? { ...outcome, value: { ...outcome.value, cassetteNumber: request.cassetteNumber } } : outcome;
    },
    async readSensors(): Promise<DeviceOutcome<CashDispenserSensors>> {
      // A dispenser that stopped with a fault pays nothing, and has all the more to say of its path.
      const read = dispenser !== null && doesAnswer(dispenser) ? await dispenser.readSensors() : null;
      const lost = Array.from({ length: dispenser?.capabilities.cassetteCount ?? 0 }, (_, index) => ({ cassetteNumber: index + 1, isPresent: false, isNearEnd: false }));
      const path = read?.kind === 'completed' ? read.value : { isExitBlocked: false, isTransportBlocked: false, isRejectTrayPresent: true, cassettes: lost };
      const sensors = dispenser !== null && isServing(dispenser) ? path : { ...path, cassettes: lost };
      const units = denominationsMinor.map((denominationMinor, index) => ({ cassetteNumber: recyclerCassette(index), isPresent: recycler !== null && isServing(recycler.dispenser) && recycler.unitNumberOf(denominationMinor) !== null, isNearEnd: false }));
      return { kind: 'completed', value: { ...sensors, cassettes: [...sensors.cassettes, ...units, ...(await Promise.all(hoppers.map((hopper, index) => hopperSensors(hopper, hopperCassette(index)))))] } };
    },
    purge: () => (dispenser ?? recycler?.dispenser)?.purge() ?? Promise.resolve({ kind: 'failed', completionCode: 'unsupportedCommand', detail: 'a hopper has no path' }),
  };
}

async function hopperSensors(hopper: CoinDispenser, cassetteNumber: number): Promise<CashDispenserSensors['cassettes'][number]> {
  const read = isServing(hopper) ? await hopper.readSensors() : null;
  return { cassetteNumber, isPresent: read?.kind === 'completed' && read.value.isPayable, isNearEnd: read?.kind === 'completed' && read.value.isBelowLowLevel === true };
}

/** Coins in the words of a dispenser: what passed the exit was picked, and lies in reach. */
export function dispenseOfCoins(cassetteNumber: number, outcome: DeviceOutcome<CoinCounts>): DeviceOutcome<DispenseCounts> {
  if (outcome.kind !== 'completed') return outcome;
  const { requestedCount, presentedCount, stoppedBy } = outcome.value;
  return { kind: 'completed', value: { cassetteNumber, requestedCount, presentedCount, pickedCount: presentedCount, rejectedCount: 0, stackedCount: 0, inTransportCount: 0, stoppedBy, rawErrorCode: 0 } };
}
