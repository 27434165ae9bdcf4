import type { HardwareName } from '../world-hardware.ts';
import type { CrashOperation } from './crash-cells.ts';

/** One fault of a device's board, armed before the visit; it strikes once. */
export interface CellDeviceFault {
  readonly device: 'acceptor' | 'dispenser';
  readonly order: { readonly fault: string; readonly at: string; readonly index?: number; readonly opcode?: number };
}

const acceptor = (fault: string, at: string): CellDeviceFault => ({ device: 'acceptor', order: { fault, at } });
const dispenser = (fault: string, at: string, more: { readonly index?: number; readonly opcode?: number } = {}): CellDeviceFault => ({ device: 'dispenser', order: { fault, at, ...more } });

/** What leaves a note, or the word about it, where the next start has to find it. Each name is of the device's own fault board. */
const CCNET_FAULTS = [
  acceptor('powerCut', 'beforeGate'), acceptor('powerCut', 'afterGate'), acceptor('powerCut', 'stacked'), acceptor('unplug', 'stacked'), acceptor('jamInStacker', 'afterGate'),
  acceptor('lostReply', 'stackReply'), acceptor('lostReply', 'eventReply'), acceptor('lostAck', 'event'), acceptor('duplicateEvent', 'event'),
];
/** From the first cassette. [lcdm §5] */
const UPPER = { opcode: 0x45 };
const LCDM_FAULTS = [
  dispenser('powerCut', 'note', { index: 2 }), dispenser('lineLoss', 'note', { index: 2 }), dispenser('replyLost', 'reply', UPPER), dispenser('badBcc', 'reply', UPPER), dispenser('ackLost', 'command', UPPER),
  dispenser('pickError', 'note', { index: 2 }), dispenser('reject', 'note', { index: 1 }), dispenser('extraNote', 'note', { index: 1 }), dispenser('jam', 'ejt'), dispenser('jam', 'exit'),
];
/** COUNT, PRESENT. [f53 §3] */
const [COUNT, PRESENT] = [{ opcode: 0x03 }, { opcode: 0x09 }];
const F53_FAULTS = [
  dispenser('powerCut', 'note', { index: 2 }), dispenser('powerCut', 'present'), dispenser('replyLost', 'reply', COUNT), dispenser('replyLost', 'reply', PRESENT), dispenser('ackLost', 'command', PRESENT),
  dispenser('countMismatch', 'count'), dispenser('shutterStuck', 'present'), dispenser('jam', 'present'), dispenser('reject', 'note', { index: 1 }), dispenser('pickError', 'note', { index: 2 }),
];
const RECYCLER_IN_FAULTS = [acceptor('powerCut', 'beforeGate'), acceptor('powerCut', 'afterGate'), acceptor('powerCut', 'stacked'), acceptor('cableOut', 'stacked'), acceptor('jam', 'afterGate'), acceptor('lostReply', 'eventReply')];
const RECYCLER_OUT_FAULTS = [acceptor('powerCut', 'picked'), acceptor('powerCut', 'atExit'), acceptor('powerCut', 'paidOut'), acceptor('cableOut', 'atExit'), acceptor('jam', 'picked'), acceptor('failure', 'paidOut')];

const SERVICE_IN_FAULTS = [acceptor('powerCut', 'beforeStack'), acceptor('powerCut', 'afterStack'), acceptor('jam', 'store'), acceptor('completionLost', 'completion'), acceptor('connectionLost', 'completion'), acceptor('hardwareError', 'command')];
const acceptorNote = (fault: string, at: string, index: number): CellDeviceFault => ({ device: 'acceptor', order: { fault, at, index } });
const SERVICE_OUT_FAULTS = [
  acceptorNote('powerCut', 'pick', 1), acceptor('powerCut', 'gathered'), acceptor('powerCut', 'present'), acceptor('powerCut', 'afterPresent'), acceptorNote('jam', 'pick', 1), acceptorNote('noteRejected', 'pick', 1),
  acceptor('shutterJam', 'present'), acceptor('completionLost', 'completion'), acceptor('connectionLost', 'completion'),
];

const OUT_FAULTS: Readonly<Record<HardwareName, readonly CellDeviceFault[]>> = { lcdm: LCDM_FAULTS, f53: F53_FAULTS, 'f53+twins': F53_FAULTS, recycler: RECYCLER_OUT_FAULTS, 'recycler+lcdm': RECYCLER_OUT_FAULTS, 'id003-recycler': [], 'bill-to-bill': [], 'xfs-recycler': SERVICE_OUT_FAULTS, 'lcdm+coins': LCDM_FAULTS, 'lcdm+hoppers': LCDM_FAULTS, 'recycler+coins': RECYCLER_OUT_FAULTS };
const IN_FAULTS: Readonly<Record<HardwareName, readonly CellDeviceFault[]>> = { lcdm: CCNET_FAULTS, f53: CCNET_FAULTS, 'f53+twins': CCNET_FAULTS, recycler: RECYCLER_IN_FAULTS, 'recycler+lcdm': RECYCLER_IN_FAULTS, 'id003-recycler': [], 'bill-to-bill': [], 'xfs-recycler': SERVICE_IN_FAULTS, 'lcdm+coins': CCNET_FAULTS, 'lcdm+hoppers': CCNET_FAULTS, 'recycler+coins': RECYCLER_IN_FAULTS };

/** By name: `powerCut@note#2`; of one command only, with its code in hexadecimal: `replyLost@reply:45`. */
export function deviceFaultsOf(operation: CrashOperation, hardware: HardwareName): ReadonlyMap<string, CellDeviceFault> {
  return new Map((operation === 'op-10' ? OUT_FAULTS : IN_FAULTS)[hardware].map((fault) => [nameOf(fault), fault]));
}

function nameOf({ order: { fault, at, index, opcode } }: CellDeviceFault): string {
  return `${fault}@${at}${opcode === undefined ? '' : `:${opcode.toString(16).padStart(2, '0')}`}${index === undefined ? '' : `#${index}`}`;
}
