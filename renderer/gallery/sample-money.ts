import type { Screen, ScreenData } from '../../main/contracts/screen-model.ts';
import type { SamplesOf } from './samples.ts';

/** The screens on which money moves. All invented. */
const tenge = (units: number): number => units * 100;
const notes = (...pairs: readonly (readonly [units: number, noteCount: number])[]) => pairs.map(([units, noteCount]) => ({ denominationMinor: tenge(units), noteCount }));
const ACCEPTED = [500, 1000, 2000, 5000, 10_000, 20_000].map(tenge);
const WITH_COINS = [...[5, 10, 20, 50, 100, 200].map(tenge), ...ACCEPTED];
const RULE = { fixedMinor: 0, basisPoints: 100, minMinor: tenge(200), maxMinor: tenge(5000), payer: 'fromAmount' } as const;
const LONG_PROVIDER = { kk: 'Ыстық су және жылу: аудандық қазандық', ru: 'Горячая вода и отопление: районная котельная', en: 'Hot water and heating: district boiler house' };
const CONTRACT = { kk: 'Шарт нөмірі', ru: 'Номер договора', en: 'Contract number' };
const STUDENT = { kk: 'Студенттің ЖСН-і', ru: 'ИИН студента', en: 'Student IIN' };

const inside: ScreenData<'cash-in'> = {
  operation: 'op-01', insertedMinor: tenge(15_000), notes: notes([10_000, 1], [5000, 1]), noteCount: 2, doubtfulMinor: 0, fee: { feeMinor: tenge(200), rule: RULE }, creditMinor: tenge(14_800), changeMinor: 0,
  target: '•• 0012', targetTrilingual: null, remainingMinor: tenge(485_000), wantedMinor: null, acceptedMinor: ACCEPTED, noteState: 'waiting', returnableMinor: 0,
  canFinish: true, finishBlockedBy: null, stoppedBy: null, lastReturned: null,
};
const empty: ScreenData<'cash-in'> = { ...inside, insertedMinor: 0, notes: [], noteCount: 0, fee: { feeMinor: 0, rule: RULE }, creditMinor: 0, remainingMinor: tenge(500_000), canFinish: false, finishBlockedBy: 'nothingInside' };
const beneath: Screen = { screen: 'cash-in', data: inside };
const receiptNotice = { paper: 'available', electronicTo: '+7 7•• ••• 12 34' } as const;

/** What was confirmed had lapsed. */
const RENEWED = { labelKey: 'fact.terms', value: { kind: 'key', key: 'terms.renewed' } } as const;

type Facts = ScreenData<'confirm'>['facts'];

const CREDITED: Facts[number] = { labelKey: 'fact.creditedAccount', value: { kind: 'text', text: '•• 0012' } };
const DEPOSIT_FACTS: Facts = [
  { labelKey: 'fact.client', value: { kind: 'text', text: 'Айгерім С•••••' } },
  { labelKey: 'fact.feeRule', value: { kind: 'feeRule', rule: RULE } },
  { labelKey: 'fact.limits', value: { kind: 'range', minMinor: tenge(500), maxMinor: tenge(500_000) } },
  { labelKey: 'fact.execution', value: { kind: 'key', key: 'execution.atOnce' } },
];
const PAYMENT_FACTS: Facts = [
  { labelKey: 'fact.provider', value: { kind: 'trilingual', text: LONG_PROVIDER } },
  { labelKey: 'fact.requisites', label: CONTRACT, value: { kind: 'text', text: '123-456' } },
  { labelKey: 'fact.maskedPayee', value: { kind: 'text', text: 'Гүлнар С•••••••' } },
  { labelKey: 'fact.payerPhone', value: { kind: 'text', text: '+7 7•• ••• 12 34' } },
  { labelKey: 'fact.wanted', value: { kind: 'amount', amountMinor: tenge(12_700) } },
  { labelKey: 'fact.change', value: { kind: 'key', key: 'change.onlyToPhone' } },
  { labelKey: 'fact.feeRule', value: { kind: 'feeRule', rule: { fixedMinor: tenge(100), basisPoints: 0, minMinor: 0, maxMinor: null, payer: 'fromAmount' } } },
  { labelKey: 'fact.execution', value: { kind: 'key', key: 'execution.nextBusinessDay' } },
];
const WITHDRAWAL_FACTS: Facts = [
  { labelKey: 'fact.source', value: { kind: 'text', text: '•• 0012' } },
  { labelKey: 'fact.amount', value: { kind: 'amount', amountMinor: tenge(50_000) } },
  { labelKey: 'fact.fee', value: { kind: 'amount', amountMinor: tenge(250) } },
  { labelKey: 'fact.youGet', value: { kind: 'notes', notes: notes([20_000, 2], [5000, 2]) } },
];

type Money = 'cash-in-intro' | 'cash-in' | 'cash-in-leave' | 'change-choice' | 'cash-out-amount' | 'confirm' | 'processing' | 'take-cash' | 'take-receipt' | 'timeout-warning';

export const MONEY_SAMPLES: SamplesOf<Money> = {
  'cash-in-intro': {
    account: { data: { facts: [CREDITED, ...DEPOSIT_FACTS], acceptedMinor: ACCEPTED, ...receiptNotice } },
    renewed: { data: { facts: [CREDITED, RENEWED, ...DEPOSIT_FACTS], acceptedMinor: ACCEPTED, ...receiptNotice } },
    coins: { data: { facts: [
      { labelKey: 'fact.creditedAccount', value: { kind: 'text', text: '•• 0012' } },
      { labelKey: 'fact.feeRule', value: { kind: 'feeRule', rule: RULE } },
      { labelKey: 'fact.limits', value: { kind: 'range', minMinor: tenge(500), maxMinor: tenge(500_000) } },
    ], acceptedMinor: WITH_COINS, ...receiptNotice } },
    'no-paper': { data: { facts: [
      { labelKey: 'fact.provider', value: { kind: 'trilingual', text: LONG_PROVIDER } },
      { labelKey: 'fact.requisites', value: { kind: 'text', text: '1234567890' } },
      { labelKey: 'fact.feeRule', value: { kind: 'feeRule', rule: { ...RULE, fixedMinor: tenge(100), payer: 'onTop' } } },
      { labelKey: 'fact.execution', value: { kind: 'key', key: 'execution.nextBusinessDay' } },
    ], acceptedMinor: ACCEPTED, paper: 'unavailable', electronicTo: '+7 7•• ••• 12 34' } },
  },
  'cash-in': {
    empty: { data: empty },
    'two-notes': { data: inside },
    coins: { data: { ...inside, acceptedMinor: WITH_COINS, insertedMinor: tenge(15_770), notes: notes([10_000, 1], [5000, 1], [200, 3], [50, 3], [20, 1]), noteCount: 9, creditMinor: tenge(15_570) } },
    'coins-only': { data: { ...empty, operation: 'op-05', acceptedMinor: WITH_COINS, wantedMinor: tenge(4990), remainingMinor: tenge(4990), target: null, targetTrilingual: LONG_PROVIDER }, toast: { id: 1, textKey: 'toast.coinRejected' } },
    'four-denominations': { data: { ...inside, insertedMinor: tenge(468_500), notes: notes([20_000, 22], [10_000, 2], [5000, 1], [500, 7]), noteCount: 32, fee: { feeMinor: tenge(4685), rule: RULE }, creditMinor: tenge(463_815), remainingMinor: tenge(31_500) } },
    limit: { data: { ...inside, insertedMinor: tenge(500_000), notes: notes([20_000, 25]), noteCount: 25, fee: { feeMinor: tenge(5000), rule: RULE }, creditMinor: tenge(495_000), remainingMinor: 0, noteState: 'stopped', stoppedBy: 'limit' } },
    'over-limit': { data: { ...inside, insertedMinor: tenge(490_000), notes: notes([20_000, 24], [10_000, 1]), noteCount: 25, fee: { feeMinor: tenge(4900), rule: RULE }, creditMinor: tenge(485_100), remainingMinor: tenge(10_000), lastReturned: 'overLimit' } },
    moving: { data: { ...inside, noteState: 'stacking', canFinish: false, finishBlockedBy: 'noteMoving' } },
    'below-minimum': { data: { ...inside, operation: 'op-05', insertedMinor: tenge(2500), notes: notes([2000, 1], [500, 1]), target: null, targetTrilingual: LONG_PROVIDER, creditMinor: tenge(2500), fee: { feeMinor: 0, rule: RULE }, wantedMinor: tenge(4990), remainingMinor: tenge(2490), canFinish: false, finishBlockedBy: 'belowMinimum', lastReturned: 'rejected' } },
    change: { data: { ...inside, operation: 'op-05', insertedMinor: tenge(5000), notes: notes([5000, 1]), noteCount: 1, target: null, targetTrilingual: LONG_PROVIDER, creditMinor: tenge(4990), changeMinor: tenge(10), fee: { feeMinor: 0, rule: RULE }, remainingMinor: 0 }, toast: { id: 1, textKey: 'toast.noteReturned' } },
    'queue-limit': { data: { ...inside, noteState: 'stopped', stoppedBy: 'queueLimit' } },
    'device-stopped': { data: { ...inside, noteState: 'stopped', stoppedBy: 'device' } },
    'note-doubtful-beside': { data: { ...inside, operation: 'op-05', insertedMinor: tenge(5000), notes: notes([5000, 1]), noteCount: 1, target: null, targetTrilingual: LONG_PROVIDER, creditMinor: tenge(4990), changeMinor: tenge(10), fee: { feeMinor: 0, rule: RULE }, remainingMinor: 0, doubtfulMinor: tenge(20_000), noteState: 'stopped', stoppedBy: 'device' } },
    'note-doubtful': { data: { ...empty, doubtfulMinor: tenge(20_000), noteState: 'stopped', finishBlockedBy: 'devicesStopped', stoppedBy: 'device' } },
  },
  'cash-in-leave': {
    account: { data: { operation: 'op-01', insideMinor: tenge(15_000), creditMinor: tenge(14_800), canFinish: true, target: '•• 0012', targetTrilingual: null }, beneath },
    'cannot-pay': { data: { operation: 'op-05', insideMinor: tenge(2500), creditMinor: tenge(2500), canFinish: false, target: null, targetTrilingual: LONG_PROVIDER }, beneath },
  },
  'change-choice': { both: { data: { changeMinor: tenge(3010), choices: [{ target: 'phoneTopUp', maskedPhone: '+7 7•• ••• 12 34', feeMinor: 0 }, { target: 'notes', maskedPhone: null, feeMinor: 0 }] } } },
  'cash-out-amount': {
    quick: { data: { source: '•• 0012', quickMinor: [5000, 10_000, 20_000, 50_000, 100_000, 150_000].map(tenge), minMinor: tenge(1000), maxMinor: tenge(300_000), stepMinor: tenge(1000), denominationsMinor: [2000, 5000, 10_000, 20_000].map(tenge), impossible: null } },
    impossible: { data: { source: '•• 0012', quickMinor: [5000, 10_000].map(tenge), minMinor: tenge(1000), maxMinor: tenge(300_000), stepMinor: tenge(1000), denominationsMinor: [2000, 5000].map(tenge), impossible: { amountMinor: tenge(203_000), nearestMinor: [202_000, 204_000].map(tenge) } } },
  },
  confirm: {
    'op-05': { data: { operation: 'op-05', totalMinor: null, facts: PAYMENT_FACTS, ...receiptNotice } },
    'op-05.renewed': { data: { operation: 'op-05', totalMinor: null, facts: [RENEWED, ...PAYMENT_FACTS.slice(0, 2), { labelKey: 'fact.requisites', label: STUDENT, value: { kind: 'text', text: '850315300009' } }, ...PAYMENT_FACTS.slice(2)], ...receiptNotice } },
    'op-10': { data: { operation: 'op-10', totalMinor: tenge(50_250), facts: WITHDRAWAL_FACTS, paper: 'unavailable', electronicTo: '+7 7•• ••• 12 34' } },
    'op-10.renewed': { data: { operation: 'op-10', totalMinor: tenge(50_250), facts: [RENEWED, ...WITHDRAWAL_FACTS], paper: 'unavailable', electronicTo: '+7 7•• ••• 12 34' } },
  },
  processing: {
    bank: { data: { operation: 'op-10', doing: 'askingBank', amountMinor: tenge(50_000) }, timeLimit: null },
    cash: { data: { operation: 'op-10', doing: 'preparingCash', amountMinor: tenge(50_000) }, timeLimit: null },
    acceptor: { data: { operation: 'op-01', doing: 'acceptingNotes', amountMinor: null }, timeLimit: null },
  },
  'take-cash': {
    coins: { data: { amountMinor: tenge(2300), notes: notes([2000, 1], [100, 3]), canRetract: false }, timeLimit: { remainingMs: 24_000, totalMs: 30_000 } },
    retract: { data: { amountMinor: tenge(50_000), notes: notes([20_000, 2], [10_000, 1]), canRetract: true }, timeLimit: { remainingMs: 24_000, totalMs: 30_000 } },
    'no-retract': { data: { amountMinor: tenge(250_000), notes: notes([20_000, 12], [5000, 2]), canRetract: false }, timeLimit: { remainingMs: 27_000, totalMs: 30_000 } },
  },
  'take-receipt': {
    printing: { data: { printing: true }, timeLimit: null },
    take: { data: { printing: false }, timeLimit: { remainingMs: 19_000, totalMs: 30_000 } },
  },
  'timeout-warning': {
    'over-cash-in': { data: { moneyInsideMinor: tenge(15_000), isEnough: true }, beneath, timeLimit: { remainingMs: 17_000, totalMs: 20_000 } },
    'too-little': { data: { moneyInsideMinor: tenge(200), isEnough: false }, beneath, timeLimit: { remainingMs: 17_000, totalMs: 20_000 } },
    'no-money': { data: { moneyInsideMinor: 0, isEnough: false }, beneath: { screen: 'cash-in', data: empty }, timeLimit: { remainingMs: 20_000, totalMs: 20_000 } },
  },
};
