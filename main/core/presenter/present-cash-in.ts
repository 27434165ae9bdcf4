import { insertedMinor, isEnough, isFull, noteCounts } from '../../../state-machines/cash-in/cash-in.types.ts';
import type { CashInContext } from '../../../state-machines/cash-in/cash-in.types.ts';
import type { ScreenData } from '../../contracts/screen-model.ts';
import { splitForFixedCredit, splitInserted } from '../../cash/fees.ts';
import type { Presented } from './presented.ts';
import { present } from './presented.ts';
import type { CashInSnapshot } from './snapshot-chain.ts';

/** Whom the money is for, as the screen names it. */
export interface CashInTarget {
  readonly target: string | null;
  readonly targetTrilingual: { readonly kk: string; readonly ru: string; readonly en: string } | null;
}

export function presentCashIn(snapshot: CashInSnapshot, target: CashInTarget): Presented {
  const { context } = snapshot;
  const cashIn = { screen: 'cash-in' as const, data: cashInData(snapshot, target) };
  if (snapshot.matches('leaving')) {
    const { creditMinor } = figures(context);
    return present({
      screen: 'cash-in-leave',
      data: { operation: context.operation, insideMinor: insertedMinor(context.notes), creditMinor, canFinish: isEnough(context), ...mutable(target) },
    }, isEnough(context) ? ['leaveFinish', 'leaveWithoutCredit', 'back'] : ['leaveWithoutCredit', 'back']);
  }
  if (snapshot.matches('enabling') && context.notes.length === 0) return present({
    screen: 'processing',
    data: { operation: context.operation, doing: 'acceptingNotes', amountMinor: null },
  }, []);
  const isIdle = snapshot.matches({ awaitingNote: 'idle' });
  return present(cashIn, isIdle ? (isEnough(context) ? ['next', 'cancel'] : ['cancel']) : []);
}

/** The cash-in screen as it lies under the leave dialog. */
export function cashInData(snapshot: CashInSnapshot, target: CashInTarget): ScreenData<'cash-in'> {
  const { context } = snapshot;
  const inserted = insertedMinor(context.notes);
  const { feeMinor, creditMinor, changeMinor } = figures(context);
  const isIdle = snapshot.matches({ awaitingNote: 'idle' });
  const isStopped = context.stoppedBy !== null || isFull(context);
  return {
    operation: context.operation,
    insertedMinor: inserted,
    notes: noteCounts(context.notes),
    noteCount: context.notes.length,
    doubtfulMinor: insertedMinor(context.uncertainNotes),
    fee: { feeMinor: inserted === 0 ? 0 : feeMinor, rule: context.feeRule },
    creditMinor,
    changeMinor,
    ...mutable(target),
    remainingMinor: remaining(context),
    wantedMinor: context.wantedMinor,
    acceptedMinor: [...new Set([...context.coinsMinor, ...context.acceptedMinor])].sort((left, right) => left - right),
    noteState: noteState(snapshot) ?? (isStopped ? 'stopped' : 'waiting'),
    returnableMinor: context.escrowed?.denominationMinor ?? 0,
    canFinish: isIdle && isEnough(context),
    finishBlockedBy: isIdle && isEnough(context) ? null : inserted === 0 ? (context.stoppedBy === null ? 'nothingInside' : 'devicesStopped') : !isIdle ? 'noteMoving' : 'belowMinimum',
    // A fixed sum that is complete is what was wanted, not a limit.
    stoppedBy: context.stoppedBy ?? (isStopped && (context.wantedMinor === null || remaining(context) > 0) ? 'limit' : null),
    lastReturned: context.lastReturned,
  };
}

/** What the note under way is doing; null: none is. */
function noteState(snapshot: CashInSnapshot): ScreenData<'cash-in'>['noteState'] | null {
  if (snapshot.matches({ awaitingNote: 'entering' })) return 'entering';
  if (snapshot.matches('shuttingCoins') || snapshot.matches('journalingStackIntent')) return 'checking';
  if (snapshot.matches('stacking')) return 'stacking';
  if (snapshot.matches('returning')) return 'returning';
  if (snapshot.matches('awaitingNote') || snapshot.matches('leaving')) return null;
  // The mouth is being opened or closed: not the moment for a note.
  return 'checking';
}

function figures(context: CashInContext): { readonly feeMinor: number; readonly creditMinor: number; readonly changeMinor: number } {
  const inserted = insertedMinor(context.notes);
  return context.fixedCreditMinor === null ? splitInserted(context.feeRule, inserted) : splitForFixedCredit(context.feeRule, { insertedMinor: inserted, creditMinor: context.fixedCreditMinor });
}

function remaining(context: CashInContext): number {
  const inserted = insertedMinor(context.notes);
  return Math.max(0, (context.wantedMinor ?? context.insertMaxMinor) - inserted);
}

function mutable(target: CashInTarget) {
  return { target: target.target, targetTrilingual: target.targetTrilingual === null ? null : { ...target.targetTrilingual } };
}
