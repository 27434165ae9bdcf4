import type { HardwareName } from '../world-hardware.ts';
import type { CellAct, CellRound } from './cell-acts.ts';
import { cellCallsOf, cellDiskActsOf, cellPlaceActsOf } from './cell-calls.ts';
import type { CellConfig } from './cell-config.ts';
import { cellConfigsOf } from './cell-config.ts';
import { cellAbsencesOf, cellHandsOf } from './cell-hands.ts';
import { cellRoundsOf } from './cell-rounds.ts';
import type { CrashOperation } from './crash-cells.ts';
import type { CellLineHang } from './line-hangs.ts';
import { lineHangsOf } from './line-hangs.ts';
import type { MoneyDevice } from './money-device.ts';
import { nameAt } from './money-device.ts';

interface FaultOrder {
  readonly fault: string;
  readonly at: string;
  readonly index?: number;
  readonly opcode?: number;
}

/** A fault of a device's board, or one and another that comes of it, armed before the visit; each strikes once. */
export interface CellDeviceFault {
  readonly device: MoneyDevice['device'];
  readonly orders: readonly FaultOrder[];
}

const acceptor = (fault: string, at: string): CellDeviceFault => ({ device: 'acceptor', orders: [{ fault, at }] });
const dispenser = (fault: string, at: string, more: { readonly index?: number; readonly opcode?: number } = {}): CellDeviceFault => ({ device: 'dispenser', orders: [{ fault, at, ...more }] });
const both = (first: CellDeviceFault, second: CellDeviceFault): CellDeviceFault => ({ device: first.device, orders: [...first.orders, ...second.orders] });

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

/** Of all units on a plain line: the note on its way in, the order to stack it, the event that credits it. */
const PLAIN_IN_FAULTS = [
  acceptor('powerCut', 'beforeGate'), acceptor('powerCut', 'afterGate'), acceptor('powerCut', 'stacked'), acceptor('powerCut', 'afterAcknowledgement'), acceptor('cableOut', 'stacked'), acceptor('jam', 'beforeGate'), acceptor('jam', 'afterGate'),
  acceptor('failure', 'stacked'), acceptor('boxOut', 'afterGate'), acceptor('boxOut', 'stacked'), acceptor('lostReply', 'orderReply'), acceptor('silence', 'orderReply'), acceptor('lostReply', 'eventReply'),
];
const EBDS_IN_FAULTS = [...PLAIN_IN_FAULTS, acceptor('nak', 'orderReply')];
/** DISPENSE, LAST STATUS. [lcdm §5] */
const [DISPENSE, LAST_STATUS] = [{ opcode: 0x52 }, { opcode: 0x55 }];
const LCDM_B_FAULTS = [
  dispenser('powerCut', 'note', { index: 2 }), dispenser('powerCut', 'reply', DISPENSE), dispenser('lineLoss', 'note', { index: 2 }), dispenser('replyLost', 'reply', DISPENSE), both(dispenser('replyLost', 'reply', DISPENSE), dispenser('silence', 'command', LAST_STATUS)),
  dispenser('badBcc', 'reply', DISPENSE), dispenser('ackLost', 'command', DISPENSE), dispenser('noEot', 'reply', DISPENSE), dispenser('pickError', 'note', { index: 2 }), dispenser('reject', 'note', { index: 1 }), dispenser('countMismatch', 'note', { index: 1 }),
  dispenser('jam', 'eject'), dispenser('jam', 'exit'),
];
/** The note on its way out, the order to pay, the event that ends it. */
const PLAIN_OUT_FAULTS = [
  acceptor('powerCut', 'picked'), both(acceptor('powerCut', 'picked'), acceptor('pushedOut', 'powerUp')), acceptor('powerCut', 'atExit'), acceptor('powerCut', 'paidOut'), acceptor('cableOut', 'picked'), acceptor('cableOut', 'atExit'),
  acceptor('jam', 'picked'), acceptor('failure', 'picked'), acceptor('failure', 'atExit'), acceptor('failure', 'paidOut'), acceptor('lostReply', 'orderReply'), acceptor('silence', 'orderReply'), acceptor('lostReply', 'eventReply'),
];
/** Of a unit whose power-up tells the value of what it brings in: with the word for the note on its way, or after it. */
const SMART_PAYOUT_IN_FAULTS = [...PLAIN_IN_FAULTS, ...(['powerCut', 'boxOut'] as const).map((fault) => both(acceptor(fault, 'afterGate'), acceptor('misread', 'powerUp')))];
const BILL_TO_BILL_ORDER_FAULTS = [acceptor('notUnderstood', 'orderReply'), acceptor('illegal', 'orderReply'), acceptor('acknowledgementLost', 'event')];
const BILL_TO_BILL_IN_FAULTS = [...PLAIN_IN_FAULTS, ...BILL_TO_BILL_ORDER_FAULTS, both(acceptor('powerCut', 'stacked'), acceptor('eventForgotten', 'powerUp'))];
const BILL_TO_BILL_OUT_FAULTS = [...PLAIN_OUT_FAULTS, ...BILL_TO_BILL_ORDER_FAULTS];
const ID003_IN_FAULTS = [...PLAIN_IN_FAULTS, acceptor('invalidCommand', 'orderReply'), acceptor('acknowledgementLost', 'vendValid')];
const ID003_OUT_FAULTS = [...PLAIN_OUT_FAULTS, acceptor('invalidCommand', 'orderReply'), acceptor('acknowledgementLost', 'payValid')];

const SERVICE_IN_FAULTS = [
  acceptor('powerCut', 'escrow'), acceptor('powerCut', 'beforeStack'), acceptor('powerCut', 'storing'), acceptor('powerCut', 'afterStack'), acceptor('jam', 'enter'), acceptor('jam', 'store'), acceptor('full', 'store'), acceptor('full', 'stored'),
  both(acceptor('powerCut', 'beforeStack'), acceptor('givenBack', 'powerUp')), both(acceptor('powerCut', 'beforeStack'), acceptor('forgotten', 'powerUp')), both(acceptor('powerCut', 'afterStack'), acceptor('forgotten', 'powerUp')), acceptor('cheat', 'store'), acceptor('deviceOff', 'escrow'), acceptor('deviceOff', 'beforeStack'), acceptor('deviceOff', 'storing'), acceptor('deviceOff', 'afterStack'),
  acceptor('silence', 'command'), acceptor('completionLost', 'completion'), acceptor('connectionLost', 'completion'), acceptor('hardwareError', 'command'),
];
/** Of the box: a recycler keeps the notes of a plain visit in its units, and without its box is out of service until an exchange, which such a visit does not have. */
const SERVICE_BOX_FAULTS = [acceptor('boxOut', 'escrow'), acceptor('boxOut', 'store'), acceptor('misread', 'store')];
const acceptorNote = (fault: string, at: string, index: number): CellDeviceFault => ({ device: 'acceptor', orders: [{ fault, at, index }] });
const SERVICE_OUT_FAULTS = [
  acceptorNote('powerCut', 'pick', 1), acceptor('powerCut', 'gathered'), acceptor('powerCut', 'present'), acceptor('powerCut', 'afterPresent'), acceptorNote('jam', 'pick', 1), acceptorNote('noteRejected', 'pick', 1),
  acceptor('shutterJam', 'present'), acceptor('completionLost', 'completion'), acceptor('connectionLost', 'completion'),
];

/** Of a coin in the slot, which never comes back: where it is, and the word about it. */
const coinAcceptor = (fault: string, at: string): CellDeviceFault => ({ device: 'coinAcceptor', orders: [{ fault, at }] });
const COIN_IN_FAULTS = ['gate', 'credit'].flatMap((at) => ['powerCut', 'restart', 'lineLoss'].map((fault) => coinAcceptor(fault, at))).concat([coinAcceptor('jam', 'gate'), coinAcceptor('string', 'gate'), coinAcceptor('reject', 'gate')]);
/** The order to pay, coins on their way out, and how it ends. */
const coinOut = (device: 'hopper' | 'hopper2') => {
  const hopper = (fault: string, at: string, index?: number): CellDeviceFault => ({ device, orders: [{ fault, at, ...(index === undefined ? {} : { index }) }] });
  return [
    ...['powerCut', 'restart'].flatMap((fault) => [hopper(fault, 'dispenseCommand'), hopper(fault, 'taken'), hopper(fault, 'coin', 1), hopper(fault, 'counted', 1), hopper(fault, 'end')]),
    hopper('lineLoss', 'taken'), hopper('lineLoss', 'coin', 1), hopper('lineLoss', 'end'), hopper('silence', 'dispenseCommand'), hopper('nak', 'dispenseCommand'), hopper('busy', 'dispenseCommand'),
    hopper('replyLost', 'dispenseReply'), hopper('badSum', 'dispenseReply'), hopper('slow', 'dispenseReply'), hopper('jam', 'coin', 1), hopper('jamHard', 'coin', 1), hopper('noCoin', 'coin', 1), hopper('optoBlocked', 'exit', 1),
    hopper('overPay', 'end'), hopper('overPay', 'told'), hopper('writeCut', 'exit', 1),
  ];
};

/** A command of the service by its name. [xfs4iot §6, §14.9] */
const [DISPENSE_NAME, PRESENT_NAME, REJECT_NAME] = ['CashDispenser.Dispense', 'CashDispenser.Present', 'CashDispenser.Reject'] as const;
const SERVICE_DISPENSER_FAULTS = [
  dispenser('powerCut', 'pick', { index: 1 }), dispenser('powerCut', 'afterStack'), dispenser('powerCut', 'present'), dispenser('powerCut', 'afterPresent'),
  dispenser('jam', 'pick', { index: 1 }), dispenser('jam', 'present'), dispenser('noteRejected', 'pick', { index: 1 }), dispenser('shutterJam', 'present'),
  ...[DISPENSE_NAME, PRESENT_NAME].flatMap((name) => ['silence', 'completionLost', 'connectionLost', 'hardwareError'].map((fault) => dispenser(fault, name))),
  ...['silence', 'completionLost', 'connectionLost'].map((fault) => both(dispenser('shutterJam', 'present'), dispenser(fault, REJECT_NAME))), both(dispenser('shutterJam', 'present'), dispenser('powerCut', 'reject')),
];

const FAULTS: Readonly<Record<HardwareName, { readonly in: readonly CellDeviceFault[]; readonly out: readonly CellDeviceFault[] }>> = {
  lcdm: { in: CCNET_FAULTS, out: LCDM_FAULTS },
  f53: { in: CCNET_FAULTS, out: F53_FAULTS },
  'f53+twins': { in: CCNET_FAULTS, out: F53_FAULTS },
  recycler: { in: SMART_PAYOUT_IN_FAULTS, out: PLAIN_OUT_FAULTS },
  'recycler+lcdm': { in: PLAIN_IN_FAULTS, out: PLAIN_OUT_FAULTS },
  'id003-recycler': { in: ID003_IN_FAULTS, out: ID003_OUT_FAULTS },
  'bill-to-bill': { in: BILL_TO_BILL_IN_FAULTS, out: BILL_TO_BILL_OUT_FAULTS },
  'xfs-recycler': { in: SERVICE_IN_FAULTS, out: SERVICE_OUT_FAULTS },
  'xfs-dispenser': { in: CCNET_FAULTS, out: SERVICE_DISPENSER_FAULTS },
  'id003+lcdm4000': { in: ID003_IN_FAULTS, out: LCDM_B_FAULTS },
  'ebds+lcdm4000': { in: EBDS_IN_FAULTS, out: LCDM_B_FAULTS },
  'essp+lcdm4000': { in: PLAIN_IN_FAULTS, out: LCDM_B_FAULTS },
  'ssp+f53': { in: PLAIN_IN_FAULTS, out: F53_FAULTS },
  'xfs-acceptor+lcdm': { in: [...SERVICE_IN_FAULTS, ...SERVICE_BOX_FAULTS], out: LCDM_FAULTS },
  'lcdm+coins': { in: [...CCNET_FAULTS, ...COIN_IN_FAULTS], out: [...LCDM_FAULTS, ...coinOut('hopper')] },
  'lcdm+hoppers': { in: [...CCNET_FAULTS, ...COIN_IN_FAULTS], out: [...LCDM_FAULTS, ...coinOut('hopper'), ...coinOut('hopper2')] },
  'recycler+coins': { in: [...PLAIN_IN_FAULTS, ...COIN_IN_FAULTS], out: [...PLAIN_OUT_FAULTS, ...coinOut('hopper')] },
  'lcdm+place': { in: CCNET_FAULTS, out: LCDM_FAULTS },
  'f53+place': { in: CCNET_FAULTS, out: F53_FAULTS },
  'recycler+place': { in: PLAIN_IN_FAULTS, out: PLAIN_OUT_FAULTS },
  'hoppers+place': { in: [...CCNET_FAULTS, ...COIN_IN_FAULTS], out: [...LCDM_FAULTS, ...coinOut('hopper'), ...coinOut('hopper2')] },
};

export type CellFault = CellDeviceFault | CellLineHang | CellAct | CellRound | CellConfig;

/** Between names of things that go wrong in one visit. */
const AND = '/';

/** By name, or by names with `/` between them; `none`. @throws where there is none of that name */
export function cellFaultsOf(operation: CrashOperation, hardware: HardwareName, name: string): readonly CellFault[] {
  if (name === 'none') return [];
  const known = new Map<string, CellFault>(groupsOf(operation, hardware).flatMap(([, faults]) => [...faults]));
  return name.split(AND).map((one) => {
    const chosen = known.get(one);
    if (chosen === undefined) throw new Error(`there is no fault ${one} of ${hardware} for ${operation}`);
    return chosen;
  });
}

/** @param wanted  names of faults, or of groups: `boards`, `lines`, `hands`, `away`, `calls`, `place`, `disk`, `staff`, `config`, `all`; with `/` between them each of one with each of the other: `boards/staff` */
export function chosenFaultsOf(operation: CrashOperation, hardware: HardwareName, wanted: readonly string[]): readonly string[] {
  const groups = groupsOf(operation, hardware);
  const namesOf = (word: string) => groups.flatMap(([group, faults]) => (word === 'all' || word === group ? [...faults.keys()] : faults.has(word) ? [word] : []));
  const chosen = wanted.flatMap((words) => words.split(AND).map(namesOf).reduce((firsts, seconds) => firsts.flatMap((first) => seconds.map((second) => `${first}${AND}${second}`))));
  return [...new Set(chosen)];
}

function groupsOf(operation: CrashOperation, hardware: HardwareName): readonly (readonly [string, ReadonlyMap<string, CellFault>])[] {
  return [['boards', deviceFaultsOf(operation, hardware)], ['lines', lineHangsOf(operation, hardware)], ['hands', cellHandsOf(operation, hardware)], ['away', cellAbsencesOf(operation, hardware)], ['calls', cellCallsOf(operation, hardware)], ['place', cellPlaceActsOf(operation, hardware)], ['disk', cellDiskActsOf(operation, hardware)], ['staff', cellRoundsOf(hardware)], ['config', cellConfigsOf(hardware)]];
}

/** By name: `powerCut@note#2`; of one command only, with its code in hexadecimal: `replyLost@reply:45`; two: `powerCut@picked+pushedOut@powerUp`; of coins: `hopper:restart@coin#1`. */
function deviceFaultsOf(operation: CrashOperation, hardware: HardwareName): ReadonlyMap<string, CellDeviceFault> {
  return new Map(FAULTS[hardware][operation === 'op-10' ? 'out' : 'in'].map((fault) => [nameAt(fault.device, fault.orders.map(nameOf).join('+')), fault]));
}

function nameOf({ fault, at, index, opcode }: FaultOrder): string {
  return `${fault}@${at}${opcode === undefined ? '' : `:${opcode.toString(16).padStart(2, '0')}`}${index === undefined ? '' : `#${index}`}`;
}
