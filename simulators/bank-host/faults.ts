import { z } from 'zod';
import { HOST_OPERATIONS } from '../../main/contracts/host-operations.ts';
import type { HostOperation } from '../../main/contracts/host-operations.ts';
import { REFUSAL_CODES } from '../../main/foundation/refusals.ts';
import type { RefusalCode } from '../../main/foundation/refusals.ts';

/**
 * What may go wrong on the line or at the bank. The moment decides what the terminal cannot know:
 * `before` the bank has not seen the request, `deciding` it decides otherwise, `answering` everything is booked and only the answer is wrong.
 */
export const BANK_FAULTS = {
  lostRequest: { at: 'before', label: 'Request lost: not processed, no answer' },
  cutBefore: { at: 'before', label: 'Connection closed before processing' },
  busy: { at: 'before', label: 'Bank busy (HTTP 503): not processed, to be asked again after delayMs' },
  http500: { at: 'before', label: 'Gateway error (HTTP 500): not processed' },
  rejected: { at: 'before', label: 'Rejected unread (HTTP 400, unsigned): not processed' },
  refusal: { at: 'deciding', label: 'Refused with a chosen RF code' },
  notKnown: { at: 'deciding', label: 'Says that it does not know what this is about; nothing booked' },
  silence: { at: 'answering', label: 'Processed, no answer' },
  lateAnswer: { at: 'answering', label: 'Processed, answer after the time-out' },
  slow: { at: 'answering', label: 'Processed, answer slow' },
  cutAfter: { at: 'answering', label: 'Connection closed after processing' },
  inProcess: { at: 'answering', label: 'Answer "in process", final when asked again' },
  duplicateAnswer: { at: 'answering', label: 'Answered, and once more in place of the next answer' },
  replayOld: { at: 'answering', label: 'An older answer instead of this one' },
  wrongSignature: { at: 'answering', label: 'Answer signed with a strange key' },
  unsigned: { at: 'answering', label: 'Answer without a signature' },
  malformed: { at: 'answering', label: 'Answer cut in the middle' },
  otherTerminal: { at: 'answering', label: 'Answer addressed to another terminal' },
  linkDown: { at: 'link', label: 'Link down until told up' },
  linkUp: { at: 'link', label: 'Link up' },
  totalsDiffer: { at: 'link', label: 'Totals of a day: the bank says it booked other sums, so often' },
  shortQuotes: { at: 'link', label: 'Quotes hold for delayMs only (0: as long as the session)' },
  clockSkew: { at: 'link', label: 'Bank clock off by delayMs (0 sets it right)' },
} as const;
export type BankFault = keyof typeof BANK_FAULTS;
type FaultAt<At extends string> = { [Name in BankFault]: (typeof BANK_FAULTS)[Name]['at'] extends At ? Name : never }[BankFault];

const LATE_ANSWER_MS = 45_000;
const SLOW_ANSWER_MS = 4_000;
/** `inProcess` is over when asked again, unless told to last. */
const DEFAULT_DELAYS_MS: Readonly<Partial<Record<BankFault, number>>> = { busy: 1_000, lateAnswer: LATE_ANSWER_MS, slow: SLOW_ANSWER_MS };
const ARMED_FAULTS_MAX = 100;
const DELAY_MS_MAX = 7 * 86_400_000;

const operationNames = Object.keys(HOST_OPERATIONS) as [HostOperation, ...HostOperation[]];
export const faultCommandSchema = z.strictObject({
  do: z.literal('fault'),
  fault: z.enum(Object.keys(BANK_FAULTS) as [BankFault, ...BankFault[]]),
  /** Left out: any operation. */
  operation: z.enum(operationNames).optional(),
  times: z.number().int().min(1).max(10_000).default(1),
  delayMs: z.number().int().min(-DELAY_MS_MAX).max(DELAY_MS_MAX).optional(),
  /** For `refusal`. */
  refusal: z.enum(REFUSAL_CODES).default('RF-24'),
});
export type FaultCommand = z.infer<typeof faultCommandSchema>;

export interface ArmedFault<Name extends BankFault = BankFault> {
  readonly fault: Name;
  readonly operation: HostOperation | null;
  readonly timesLeft: number;
  /** ≥ 0, for the faults that wait. */
  readonly delayMs: number;
  readonly refusal: RefusalCode;
}

export interface FaultBoard {
  /** @returns false when too many are armed */
  arm(command: FaultCommand): boolean;
  /** The first armed fault of this moment and operation, used up by one. */
  take<At extends 'before' | 'deciding' | 'answering'>(at: At, operation: HostOperation): ArmedFault<FaultAt<At>> | undefined;
  isLinkDown(): boolean;
  /** True as often as armed: the bank's totals are to differ. */
  takeContraryTotals(): boolean;
  /** How long a quote holds at most; null: as long as its session. */
  quoteMs(): number | null;
  /** Added to the bank's clock, ms. */
  clockSkewMs(): number;
  armed(): readonly ArmedFault[];
  /** Everything right again, link and clock too. @param keeps  but for what is armed of this fault */
  clear(keeps?: BankFault): void;
}

export function createFaultBoard(): FaultBoard {
  let armed: readonly ArmedFault[] = [];
  let isLinkDown = false;
  let clockSkewMs = 0;
  let contraryTotals = 0;
  let quoteMs: number | null = null;
  return {
    arm(command) {
      if (command.fault === 'linkDown' || command.fault === 'linkUp') isLinkDown = command.fault === 'linkDown';
      else if (command.fault === 'totalsDiffer') contraryTotals = command.times;
      else if (command.fault === 'shortQuotes') quoteMs = (command.delayMs ?? 0) > 0 ? (command.delayMs ?? 0) : null;
      else if (command.fault === 'clockSkew') clockSkewMs = command.delayMs ?? 0;
      else if (armed.length >= ARMED_FAULTS_MAX) return false;
      else armed = [...armed, { fault: command.fault, operation: command.operation ?? null, timesLeft: command.times, delayMs: Math.max(0, command.delayMs ?? DEFAULT_DELAYS_MS[command.fault] ?? 0), refusal: command.refusal }];
      return true;
    },
    take<At extends 'before' | 'deciding' | 'answering'>(at: At, operation: HostOperation) {
      const index = armed.findIndex((fault) => BANK_FAULTS[fault.fault].at === at && (fault.operation === null || fault.operation === operation));
      const found = armed[index];
      if (found === undefined) return undefined;
      armed = armed.flatMap((fault, position) => (position !== index ? [fault] : fault.timesLeft > 1 ? [{ ...fault, timesLeft: fault.timesLeft - 1 }] : []));
      return found as ArmedFault<FaultAt<At>>;
    },
    isLinkDown: () => isLinkDown,
    takeContraryTotals: () => contraryTotals > 0 && contraryTotals-- > 0,
    quoteMs: () => quoteMs,
    clockSkewMs: () => clockSkewMs,
    armed: () => armed,
    clear(keeps) {
      armed = armed.filter(({ fault }) => fault === keeps);
      isLinkDown = false;
      clockSkewMs = 0;
      contraryTotals = 0;
      quoteMs = null;
    },
  };
}
