import { z } from 'zod';
import { EXTRA_COINS_MAX } from '../../interfaces/coin-dispenser.ts';
import { eventAfter, totalSince } from './codec.ts';

const byte = z.number().int().min(0).max(255);
const registersSchema = z.strictObject({
  serialNumber: z.string().max(20).nullable(),
  eventCount: byte, remainingCount: byte, paidCount: byte, unpaidCount: byte,
  /** null: the device has no life total. */
  total: z.number().int().min(0).max(0xff_ff_ff).nullable(),
});

/** What a hopper counts by itself. Paid, unpaid and total outlive a power cut; the event counter is 0 after one. [misc §5.8] */
export type Registers = z.infer<typeof registersSchema>;

/** Text that the core keeps with a durable intent, and gives back after a restart. */
export function encodeMark(registers: Registers): string {
  return JSON.stringify(registers);
}

/** null: not such a text. Total */
export function decodeMark(mark: string): Registers | null {
  try {
    return registersSchema.safeParse(JSON.parse(mark)).data ?? null;
  } catch {
    return null;
  }
}

export type Verdict =
  | { readonly kind: 'running'; readonly paidCount: number }
  | { readonly kind: 'notTaken' }
  | { readonly kind: 'ended'; readonly paidCount: number }
  | { readonly kind: 'doubt'; readonly countMin: number; readonly countMax: number; readonly why: string };

/** What the newest test of the device adds. */
export interface Trust {
  /** Its memory fails its own check. */
  readonly isMemoryBad: boolean;
  /** Power failed while it wrote: the coin that fell then may not be counted. */
  readonly isWriteCut: boolean;
}

/**
 * What one dispense command came to, between the registers of before it and those of now. Command, life total and paid are counted independently of each
 * other; where they contradict each other it is a range, never the likelier one.
 *
 * @param requestedCount  coins of the command
 */
export function judge(before: Registers, after: Registers, requestedCount: number, trust: Trust): Verdict {
  const doubt = (countMin: number, countMax: number, why: string): Verdict => ({ kind: 'doubt', countMin: Math.min(countMin, countMax), countMax: Math.max(countMin, countMax), why });
  if (before.serialNumber !== after.serialNumber) return doubt(0, requestedCount + EXTRA_COINS_MAX, 'anotherHopper');
  if (trust.isMemoryBad) return doubt(0, requestedCount + EXTRA_COINS_MAX, 'memoryChecksum');
  const isTaken = after.eventCount === eventAfter(before.eventCount);
  if (isTaken && after.remainingCount > 0) return { kind: 'running', paidCount: after.paidCount };
  const movedCount = before.total === null || after.total === null ? null : totalSince(before.total, after.total);
  const mostCount = movedCount === null ? requestedCount + EXTRA_COINS_MAX : Math.max(requestedCount, Math.min(movedCount, 0xff));
  const isLike = after.paidCount === before.paidCount && after.unpaidCount === before.unpaidCount;
  const { paidCount } = after;
  const writing = trust.isWriteCut ? 1 : 0;
  const ended = (): Verdict => {
    // More than asked for, and two counts that know nothing of each other say the same.
    const isMore = paidCount > requestedCount && after.unpaidCount === 0 && movedCount === paidCount && writing === 0;
    if (after.remainingCount > 0 || (paidCount + after.unpaidCount !== requestedCount && !isMore)) return doubt(0, Math.max(paidCount, mostCount), 'sumOfRegisters');
    if (movedCount !== null && movedCount !== paidCount) return doubt(Math.min(paidCount, movedCount), Math.max(paidCount, Math.min(movedCount, 0xff)) + writing, 'paidAgainstTotal');
    return writing === 0 ? { kind: 'ended', paidCount } : doubt(paidCount, paidCount + writing, 'powerFailedWriting');
  };
  if (isTaken) return ended();
  // Anything else than an untouched counter or that of a restart was moved by somebody else.
  if (after.eventCount !== before.eventCount && after.eventCount !== 0) return doubt(0, mostCount, 'eventCounter');
  if (after.eventCount !== 0) {
    // Not restarted: the counter itself says that there was no command.
    return isLike && after.remainingCount === 0 && (movedCount ?? 0) === 0 ? { kind: 'notTaken' } : doubt(0, mostCount, 'movedWithoutCommand');
  }
  // Restarted, before or after it took the command.
  if (!isLike) return ended();
  if (movedCount === 0 && writing === 0) return { kind: 'notTaken' };
  // The same figures as those of the payout before: of a second one like it, or of that one.
  if (paidCount + after.unpaidCount !== requestedCount) return movedCount === null && writing === 0 ? { kind: 'notTaken' } : doubt(0, Math.min(movedCount ?? 0, 0xff) + writing, 'paidAgainstTotal');
  if (movedCount !== null) return ended();
  return paidCount + writing === 0 ? { kind: 'notTaken' } : doubt(0, paidCount + writing, 'sameAsBefore');
}
