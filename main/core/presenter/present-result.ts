import type { ReceiptRecord } from '../../receipt/receipt-record.ts';
import { receiptLines } from '../../receipt/receipt-lines.ts';
import type { RecoveredResult } from '../../../state-machines/terminal/terminal.types.ts';
import type { ScreenData } from '../../contracts/screen-model.ts';
import type { IntentKind } from '../../contracts/intent.ts';
import { assert } from '../../foundation/assert.ts';
import { endKnownNow } from '../recovery/recovered-result.ts';
import { electronicOf } from '../operations/operation-scope.ts';
import type { Presented, PresenterWorld } from './presented.ts';
import { present } from './presented.ts';
import type { SessionSnapshot } from './snapshot-chain.ts';

type ShownEnd = RecoveredResult['end'];
/** What all results have. */
type CommonResult = Omit<ScreenData<'result-success'>, 'outcome'>;

export function presentResult(session: SessionSnapshot, end: ShownEnd, world: PresenterWorld): Presented {
  const { context } = session;
  assert(context.operation !== null, 'a result belongs to an operation');
  const record = recordOf(end, world);
  const known = endKnownNow(end, record);
  const { result } = known;
  const target = record?.target;
  const common: CommonResult = {
    operation: context.operation,
    amountMinor: result.amountMinor,
    feeMinor: result.feeMinor,
    target: target?.kind === 'account' ? target.masked : null,
    targetTrilingual: target?.kind === 'provider' ? target.name : null,
    atUtcMs: record?.acceptedAtUtcMs ?? world.nowUtcMs,
    receiptNumber: result.receiptNumber,
    reference: result.reference,
    providerRef: record?.providerRef ?? null,
    receipt: record === null ? null : { lines: receiptLines(record, context.language) },
    paper: world.parts?.receipts.paperState ?? ('unavailable' as const),
    electronic: record === null || context.identity === null ? null : electronicOf(context.identity),
    selectedReceipt: context.selectedReceipt,
    canContinue: context.leaveReason === null,
  };
  const intents = [...(record === null ? [] : (['chooseReceipt'] as const)), 'next' as const, 'cancel' as const, ...(common.canContinue ? (['anotherOperation'] as const) : [])];
  return presentEnd(known, common, { intents, ownLimitMs: null, doubtfulMinor: record?.suspenseMinor ?? 0 }, world);
}

function recordOf({ result: { receiptNumber } }: ShownEnd, { parts }: PresenterWorld): ReceiptRecord | null {
  return receiptNumber === null ? null : (parts?.receipts.current(receiptNumber) ?? null);
}

/** After a restart: outcome, receipt number and reference of the operation that was interrupted; no account, name, receipt text or address. */
export function presentRecovered({ operation, end }: RecoveredResult, world: PresenterWorld, ownLimitMs: number): Presented {
  const record = recordOf(end, world);
  const known = endKnownNow(end, record);
  const { result } = known;
  const common: CommonResult = {
    operation, amountMinor: result.amountMinor, feeMinor: result.feeMinor, target: null, targetTrilingual: null, atUtcMs: record?.acceptedAtUtcMs ?? world.nowUtcMs, receiptNumber: result.receiptNumber,
    // Of a code that pays for something whoever stands there now may be the wrong one.
    reference: result.reference, providerRef: null, receipt: null, paper: 'unavailable', electronic: null, selectedReceipt: 'electronic', canContinue: false,
  };
  return presentEnd(known, common, { intents: ['next', 'cancel'], ownLimitMs, doubtfulMinor: record?.suspenseMinor ?? 0 }, world);
}

function presentEnd(end: ShownEnd, common: CommonResult, frame: { readonly intents: readonly IntentKind[]; readonly ownLimitMs: number | null; readonly doubtfulMinor: number }, world: PresenterWorld): Presented {
  const { intents, ownLimitMs, doubtfulMinor } = frame;
  switch (end.kind) {
    case 'success':
      return present({
        screen: 'result-success',
        data: { ...common, outcome: common.operation === 'op-01' ? 'credited' : common.operation === 'op-05' ? 'paid' : 'dispensed' },
      }, intents, ownLimitMs);
    case 'partial':
      return present({ screen: 'result-partial', data: { ...common, wantedMinor: end.wantedMinor } }, intents, ownLimitMs);
    case 'pending':
      return present({ screen: 'result-pending', data: { ...common, why: end.why, also: end.also ?? null, doubtfulMinor } }, intents, ownLimitMs);
    case 'refused':
      return present({
        screen: 'result-refused',
        data: {
          ...common,
          refusal: end.refusal,
          keptMinor: end.keptMinor,
          also: end.also ?? null,
          doubtfulMinor,
          mayBeHeld: end.mayBeHeld === true,
          blockedForMs: end.blockedUntilUtcMs === null ? null : Math.max(0, end.blockedUntilUtcMs - world.nowUtcMs),
        },
      }, intents, ownLimitMs);
  }
}
