import type { CashDispenser, CashDispenserCapabilities, CashDispenserSensors, DispenseCounts } from '../../../drivers/interfaces/cash-dispenser.ts';
import type { CashRecycler } from '../../../drivers/interfaces/cash-recycler.ts';
import type { DeviceStatus, Unsubscribe } from '../../../drivers/interfaces/device.ts';
import type { Config } from '../../contracts/config.ts';
import { assert } from '../../foundation/assert.ts';
import type { DeviceOutcome } from '../../foundation/outcome.ts';
import { isRecyclerCassette, recyclerCassette } from './cash-unit-ids.ts';

interface JoinedDispenserOptions {
  readonly recycler: CashRecycler;
  /** Of its units, as configured: what stands first is cassette 101. */
  readonly denominationsMinor: readonly number[];
  /** null: the recycler is all there is. One with a stacker hands out bunches, into which a recycler's notes do not go: it must not be joined. */
  readonly dispenser: CashDispenser | null;
}

/** All that pays out, as one. */
export function joinedDispenser(config: Config, recycler: CashRecycler | null, dispenser: CashDispenser | null): CashDispenser | null {
  if (recycler === null || config.devices.recycler === undefined) return dispenser;
  assert(dispenser?.presenter === undefined || dispenser.presenter === null, 'a recycler beside a dispenser with a stacker: deviceProblems finds it');
  return joinDispensers({ recycler, denominationsMinor: config.devices.recycler.units.map((unit) => unit.denominationMinor), dispenser });
}

/**
 * A recycler's units and a dispenser's cassettes as one dispenser, so that a mix goes over all of them. Each command goes to the device that has the
 * cassette; a device that is not up takes its cassettes with it and nothing else. Starting and stopping is the dispenser's, the recycler lives as the acceptor.
 */
function joinDispensers({ recycler, denominationsMinor, dispenser }: JoinedDispenserOptions): CashDispenser {
  const isUp = (device: { status(): DeviceStatus }) => ['ready', 'busy'].includes(device.status().state);
  const shown = () => (dispenser === null || (!isUp(dispenser) && isUp(recycler)) ? recycler : dispenser);
  return {
    deviceId: dispenser?.deviceId ?? recycler.deviceId,
    presenter: null,
    get capabilities(): CashDispenserCapabilities {
      const own = recycler.dispenser.capabilities;
      if (dispenser === null) return { ...own, cassetteCount: denominationsMinor.length };
      const other = dispenser.capabilities;
      return { ...other, cassetteCount: other.cassetteCount + denominationsMinor.length, notesPerCommandMax: Math.min(other.notesPerCommandMax, own.notesPerCommandMax) };
    },
    start: () => dispenser?.start(),
    stop: async () => dispenser?.stop(),
    status: () => shown().status(),
    onStatus(listener): Unsubscribe {
      const ends = [recycler.onStatus(() => listener(shown().status())), dispenser?.onStatus(() => listener(shown().status()))];
      return () => ends.forEach((end) => end?.());
    },
    reset: () => (dispenser ?? recycler).reset(),
    async dispense(request): Promise<DeviceOutcome<DispenseCounts>> {
      if (!isRecyclerCassette(request.cassetteNumber)) {
        return dispenser === null ? { kind: 'failed', completionCode: 'deviceNotReady', errorCode: 'CDM_CASSETTE_MISSING', detail: 'no such cassette' } : dispenser.dispense(request);
      }
      const denominationMinor = denominationsMinor[request.cassetteNumber - recyclerCassette(0)];
      const unitNumber = denominationMinor === undefined ? null : recycler.unitNumberOf(denominationMinor);
      if (unitNumber === null) return { kind: 'failed', completionCode: 'deviceNotReady', errorCode: 'CDM_CASSETTE_MISSING', detail: 'the recycler has no such unit' };
      const outcome = await recycler.dispenser.dispense({ ...request, cassetteNumber: unitNumber });
      return outcome.kind === 'completed' ? { ...outcome, value: { ...outcome.value, cassetteNumber: request.cassetteNumber } } : outcome;
    },
    async readSensors(): Promise<DeviceOutcome<CashDispenserSensors>> {
      const read = dispenser !== null && isUp(dispenser) ? await dispenser.readSensors() : null;
      const lost = Array.from({ length: dispenser?.capabilities.cassetteCount ?? 0 }, (_, index) => ({ cassetteNumber: index + 1, isPresent: false, isNearEnd: false }));
      const sensors = read?.kind === 'completed' ? read.value : { isExitBlocked: false, isTransportBlocked: false, isRejectTrayPresent: true, cassettes: lost };
      const units = denominationsMinor.map((denominationMinor, index) => ({ cassetteNumber: recyclerCassette(index), isPresent: isUp(recycler) && recycler.unitNumberOf(denominationMinor) !== null, isNearEnd: false }));
      return { kind: 'completed', value: { ...sensors, cassettes: [...sensors.cassettes, ...units] } };
    },
    purge: () => (dispenser ?? recycler.dispenser).purge(),
  };
}
