import type { CashAcceptor, CashAcceptorEvent } from '../../../drivers/interfaces/cash-acceptor.ts';
import type { CashDispenser, CashPresenter, DispenseCounts } from '../../../drivers/interfaces/cash-dispenser.ts';
import type { CashRecycler } from '../../../drivers/interfaces/cash-recycler.ts';
import { isRecycler } from '../../../drivers/interfaces/cash-recycler.ts';
import type { Transport } from '../../../drivers/transport/transport.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';
import { overlay } from './overlay.ts';
import type { Sabotage } from './sabotage.ts';

/** Mistakes in what is believed of a device, or told to it. */
const dispenses = (dispense: (dispenser: CashDispenser, request: Parameters<CashDispenser['dispense']>[0]) => Promise<DeviceOutcome<DispenseCounts>>): Sabotage => ({
  devices: (devices) => (devices.dispenser === null ? devices : { ...devices, dispenser: overlay(devices.dispenser, { dispense: (request) => dispense(devices.dispenser!, request) }) }),
});

export const retriesUncertainDispense = (): Sabotage =>
  dispenses(async (dispenser, request) => {
    const outcome = await dispenser.dispense(request);
    return outcome.kind === 'uncertain' ? dispenser.dispense(request) : outcome;
  });

export const roundsUncertainToNothing = (): Sabotage =>
  dispenses(async (dispenser, request) => {
    const outcome = await dispenser.dispense(request);
    return outcome.kind === 'uncertain' ? { kind: 'failed', completionCode: 'hardwareError' } : outcome;
  });

export const countsPresentedAsRequested = (): Sabotage =>
  dispenses(async (dispenser, request) => {
    const outcome = await dispenser.dispense(request);
    if (outcome.kind !== 'completed') return outcome;
    const { requestedCount } = outcome.value;
    return { kind: 'completed', value: { ...outcome.value, presentedCount: requestedCount, pickedCount: requestedCount, rejectedCount: 0, inTransportCount: 0, stoppedBy: null } };
  });

/** The device may forget how a note ended, or take another one, while nobody has written it down. */
export const acknowledgesBeforeDurable = (): Sabotage => ({
  devices: (devices) => {
    const { acceptor } = devices;
    if (acceptor === null) return devices;
    const told = (event: CashAcceptorEvent): CashAcceptorEvent => {
      if (!('acknowledge' in event)) return event;
      event.acknowledge();
      return { ...event, acknowledge: () => {} };
    };
    return { ...devices, acceptor: overlay(acceptor, { onEvent: (listener) => acceptor.onEvent((event) => listener(told(event))) }) };
  },
});

/** A note in escrow counts as stacked once it is ordered, whatever becomes of it. */
export const creditsBeforeStacked = (): Sabotage => ({
  devices: (devices) => (devices.acceptor === null ? devices : { ...devices, acceptor: creditingTooEarly(devices.acceptor) }),
});

function creditingTooEarly(acceptor: CashAcceptor): CashAcceptor {
  const listeners = new Set<(event: CashAcceptorEvent) => void>();
  const escrowed = new Map<string, Extract<CashAcceptorEvent, { kind: 'noteEscrowed' }>['note']>();
  const credited = new Set<string>();
  acceptor.onEvent((event) => {
    if (event.kind === 'noteEscrowed') escrowed.set(event.note.noteId, event.note);
    if ((event.kind === 'noteStacked' || event.kind === 'noteReturned') && event.note !== null && credited.has(event.note.noteId)) event.acknowledge();
    else for (const listener of listeners) listener(event);
  });
  return overlay(acceptor, {
    onEvent: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stack: async (noteId) => {
      const note = escrowed.get(noteId);
      if (note === undefined) return acceptor.stack(noteId);
      credited.add(noteId);
      void acceptor.stack(noteId);
      for (const listener of listeners) listener({ kind: 'noteStacked', note, denominationMinor: note.denominationMinor, currency: note.currency, acknowledge: () => {}, postpone: () => {} });
      return { kind: 'completed', value: 'stacked' };
    },
  });
}

/** What lies in a unit is what was credited for it, less what was paid out: the device is not asked. */
export function countsRecycledAtCredit(): Sabotage {
  let before: ReadonlyMap<number, number> | null = null;
  const since = new Map<number, number>();
  const add = (denominationMinor: number, noteCount: number) => void since.set(denominationMinor, (since.get(denominationMinor) ?? 0) + noteCount);
  return withRecycler((recycler) => {
    recycler.onEvent((event) => {
      if (event.kind === 'noteStacked') add(event.denominationMinor, 1);
    });
    return {
      inventory: async () => {
        const inventory = await recycler.inventory();
        if (inventory.kind !== 'completed') return inventory;
        before ??= new Map(inventory.value.units.map((unit) => [unit.denominationMinor, unit.noteCount]));
        const units = inventory.value.units.map((unit) => ({ ...unit, noteCount: (before?.get(unit.denominationMinor) ?? 0) + (since.get(unit.denominationMinor) ?? 0) }));
        return { kind: 'completed', value: { ...inventory.value, units } };
      },
    };
  });
}

/** A payout that an earlier life began is made again once the device is free, whatever its registers say. */
export const repeatsPayoutInDoubt = (): Sabotage =>
  withRecycler((recycler) => ({
    resolvePayout: async (request) => {
      await recycler.resolvePayout(request);
      return recycler.dispenser.dispense({ cassetteNumber: request.unitNumber, noteCount: request.noteCount });
    },
  }));

const withRecycler = (change: (recycler: CashRecycler) => Partial<CashRecycler>): Sabotage => ({
  devices: (devices) => (isRecycler(devices.acceptor) ? { ...devices, acceptor: overlay(devices.acceptor, change(devices.acceptor)) } : devices),
});

/** What was drawn back counts as the whole bunch, though nobody counted it. */
export const countsRetractAsReturned = (): Sabotage => ({
  devices: (devices) => {
    const { dispenser } = devices;
    if (dispenser === null || dispenser.presenter === null) return devices;
    return { ...devices, dispenser: overlay(dispenser, { presenter: countingRetracts(dispenser.presenter) }) };
  },
});

function countingRetracts(presenter: CashPresenter): CashPresenter {
  let bunchCount = 0;
  return overlay(presenter, {
    stack: async (request) => {
      const outcome = await presenter.stack(request);
      if (outcome.kind === 'completed') bunchCount += outcome.value.reduce((sum, counts) => sum + counts.stackedCount, 0);
      return outcome;
    },
    retract: async () => {
      const outcome = await presenter.retract();
      const noteCount = bunchCount;
      bunchCount = 0;
      return outcome.kind === 'completed' ? { kind: 'completed', value: { noteCount } } : outcome;
    },
    onItemsTaken: (listener) => presenter.onItemsTaken(() => {
      bunchCount = 0;
      listener();
    }),
  });
}

const LCDM_SOH = 0x01;
/** A note on its way tells so without a frame: 01 8D. [lcdm §3] */
const LCDM_EVENT_BYTES = 2;
const LCDM_NAK = 0x15;
const LCDM_COMMAND_OFFSET = 3;
const LCDM_DISPENSES: readonly number[] = [0x45, 0x55];

/** Where the driver asks for a damaged result once more, the command itself goes out once more. */
export const resendsForDamagedResult = (): Sabotage => ({ dispenserTransport: (transport) => resending(transport) });

/** As if the check of an answer were never looked at: it is made to fit whatever came. */
export const believesWrongSum = (): Sabotage => ({
  dispenserTransport: (transport) => overlay(transport, { onData: (listener) => transport.onData((chunk) => listener(chunk[0] === LCDM_SOH && chunk.length > LCDM_EVENT_BYTES ? withFittingSum(chunk) : chunk)) }),
});

function withFittingSum(frame: Uint8Array): Uint8Array {
  const content = frame.subarray(0, -1);
  return Uint8Array.of(...content, content.reduce((sum, byte) => sum ^ byte, 0));
}

function resending(transport: Transport): Transport {
  let last: Uint8Array | null = null;
  return overlay(transport, {
    write: (bytes) => {
      if (bytes.length === 1 && bytes[0] === LCDM_NAK && last !== null) return transport.write(last);
      if (bytes.length > 1) last = LCDM_DISPENSES.includes(bytes[LCDM_COMMAND_OFFSET] ?? 0) ? bytes : null;
      return transport.write(bytes);
    },
  });
}
