import type { CashAcceptor, CashAcceptorEvent } from '../../../drivers/interfaces/cash-acceptor.ts';
import type { CashDispenser, DispenseCounts } from '../../../drivers/interfaces/cash-dispenser.ts';
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

const LCDM_NAK = 0x15;
const LCDM_COMMAND_OFFSET = 3;
const LCDM_DISPENSES: readonly number[] = [0x45, 0x55];

/** Where the driver asks for a damaged result once more, the command itself goes out once more. */
export const resendsForDamagedResult = (): Sabotage => ({ dispenserTransport: (transport) => resending(transport) });

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
