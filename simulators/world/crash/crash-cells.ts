import type { HostOperation } from '../../../main/contracts/host-operations.ts';
import type { BankFault } from '../../bank-host/faults.ts';
import { BANK_FAULTS } from '../../bank-host/faults.ts';
import type { HardwareName } from '../world-hardware.ts';
import { chosenFaultsOf } from './device-faults.ts';

/** What a crash matrix is crossed from: operations, faults of the bank on the messages that move their money, ways to die. */
export const CRASH_OPERATIONS = ['op-01', 'op-05', 'op-10'] as const;
export type CrashOperation = (typeof CRASH_OPERATIONS)[number];

/**
 * How the core ends: by a signal; with the power of the whole terminal, what was not synced being lost or torn; by itself after a sync that failed, once nobody is served: until then it lives on without its journal.
 */
export const DEATHS = ['kill', 'powerCut', 'failedSync'] as const;
export type Death = (typeof DEATHS)[number];
/** A disk of a real process cannot be made to fail here. */
export const REAL_DEATHS = ['kill', 'powerCut'] as const satisfies readonly Death[];

export type HostFault = 'none' | Exclude<BankFault, 'linkUp' | 'clockSkew' | 'notKnown'>;
/** All that can be armed for any message about money; a bank's clock is not of one message, and an original that it does not know has only a completion. */
export const HOST_FAULTS = ['none', ...(Object.keys(BANK_FAULTS) as BankFault[]).filter((fault): fault is Exclude<BankFault, 'linkUp' | 'clockSkew' | 'notKnown'> => fault !== 'linkUp' && fault !== 'clockSkew' && fault !== 'notKnown')] as const satisfies readonly HostFault[];
/** Those that the matrix of real processes takes when none is named: they need no waiting of minutes. */
export const QUICK_HOST_FAULTS = ['none', 'silence', 'cutAfter', 'lostRequest', 'wrongSignature'] as const satisfies readonly HostFault[];

/** Messages that move the operation's money, the deciding one first. */
export const MONEY_MESSAGES: Readonly<Record<CrashOperation, readonly [HostOperation, ...HostOperation[]]>> = { 'op-01': ['cash.deposit'], 'op-05': ['pay.provider'], 'op-10': ['cash.withdraw', 'cash.withdraw.complete'] };

/** One combination: each of its points is one run. */
export interface CrashCell {
  readonly operation: CrashOperation;
  readonly hostFault: HostFault;
  /** Message that the fault strikes, once. */
  readonly message: HostOperation;
  readonly death: Death;
  readonly hardware: HardwareName;
  /** Of the hardware or its line, by name (`cellFaultsOf`); `none`. Both the bank and a device fail only where that is asked for. */
  readonly deviceFault: string;
}

export interface CellChoice {
  readonly operations: readonly CrashOperation[];
  readonly hostFaults: readonly HostFault[];
  readonly deaths: readonly Death[];
  /** Only faults of these messages; left out: of all that move money. */
  readonly messages?: readonly string[] | undefined;
  /** @default lcdm */
  readonly hardware?: readonly HardwareName[] | undefined;
  /** By name, or by group (`chosenFaultsOf`). @default none */
  readonly deviceFaults?: readonly string[] | undefined;
  /** Each of the bank's faults with each of a device's, in one visit, and neither alone. @default false */
  readonly isCrossed?: boolean | undefined;
}

/** Those without a fault first: what they show need not be run again with one. */
export function cellsOf({ operations, hostFaults, deaths, messages, hardware = ['lcdm'], deviceFaults = [], isCrossed = false }: CellChoice): readonly CrashCell[] {
  const inOrder = HOST_FAULTS.filter((fault) => hostFaults.includes(fault));
  return hardware.flatMap((name) => operations.flatMap((operation) => {
    const struck = chosenFaultsOf(operation, name, deviceFaults);
    const [message] = MONEY_MESSAGES[operation];
    const ofBank = inOrder.flatMap((hostFault) => struckMessages(operation, hostFault, messages).map((struckMessage) => ({ hostFault, message: struckMessage })));
    const chosen = isCrossed
      ? ofBank.flatMap((fault) => struck.map((deviceFault) => ({ ...fault, deviceFault })))
      : [...ofBank.map((fault) => ({ ...fault, deviceFault: 'none' })), ...struck.map((deviceFault) => ({ hostFault: 'none' as const, message, deviceFault }))];
    return chosen.flatMap((cell) => deaths.map((death) => ({ ...cell, operation, death, hardware: name })));
  }));
}

function struckMessages(operation: CrashOperation, hostFault: HostFault, messages: readonly string[] | undefined): readonly HostOperation[] {
  const [first] = MONEY_MESSAGES[operation];
  if (hostFault === 'none') return [first];
  // A line that is down is down for all.
  if (hostFault === 'linkDown') return messages === undefined || messages.includes(first) ? [first] : [];
  return MONEY_MESSAGES[operation].filter((message) => (messages === undefined || messages.includes(message)) && !(hostFault === 'refusal' && message === 'cash.withdraw.complete'));
}

export function cellName({ operation, hostFault, message, death, hardware, deviceFault }: CrashCell): string {
  const words = [operation, ...(hardware === 'lcdm' ? [] : [hardware]), ...(hostFault === 'none' ? [] : [`${hostFault} of ${message}`]), ...(deviceFault === 'none' ? [] : [deviceFault]), death];
  return words.join(' ');
}

/** Arguments that choose this cell alone. */
export function cellArguments({ operation, hostFault, message, death, hardware, deviceFault }: CrashCell): string {
  const ofBank = `--host-faults ${hostFault}${hostFault === 'none' ? '' : ` --messages ${message}`}`;
  const fault = deviceFault === 'none' ? ofBank : hostFault === 'none' ? `--device-faults ${deviceFault}` : `${ofBank} --device-faults ${deviceFault} --crossed`;
  return `--operations ${operation} ${fault} --deaths ${death}${hardware === 'lcdm' ? '' : ` --hardware ${hardware}`}`;
}
