import type { ScreenData } from '../../main/contracts/screen-model.ts';
import type { SamplesOf } from './samples.ts';

/** Ends of operations. All invented. */
const tenge = (units: number): number => units * 100;
/** 12 March 2026, 14:09 in Astana. */
const AT_UTC_MS = Date.UTC(2026, 2, 12, 9, 9);
const LONG_PROVIDER = { kk: 'Ыстық су және жылу: аудандық қазандық', ru: 'Горячая вода и отопление: районная котельная', en: 'Hot water and heating: district boiler house' };

type Receipt = NonNullable<ScreenData<'result-success'>['receipt']>;
const pair = (label: string, value: string, strong = false) => ({ kind: 'pair' as const, label, value, strong });
const receipt = (operation: string, sum: string): Receipt => ({ lines: [
  { kind: 'title', text: 'QOLMA' },
  { kind: 'center', text: 'Терминал № 0427' },
  { kind: 'rule' },
  pair('Чек №', '0427-008213'),
  pair('Күні', '12.03.2026'),
  pair('Уақыты', '14:09 +05'),
  { kind: 'rule' },
  { kind: 'text', text: operation },
  pair('10 000 × 1', '10 000'),
  pair('5 000 × 1', '5 000'),
  pair('Комиссия', '−200'),
  pair(sum, '14 800', true),
  { kind: 'rule' },
  pair('Карта', '•• 0012'),
  pair('Анықтама', 'Q7K-482'),
  { kind: 'center', text: '0000' },
] });

const base = {
  operation: 'op-01', amountMinor: tenge(14_800), feeMinor: tenge(200), target: '•• 0012', targetTrilingual: null, atUtcMs: AT_UTC_MS, receiptNumber: '0427-008213', reference: 'Q7K-482', providerRef: null,
  receipt: receipt('Ақша салу', 'ТҮСТІ, ₸'), paper: 'available', electronic: { channel: 'sms', maskedDestination: '+7 7•• ••• 12 34' }, selectedReceipt: 'paper', canContinue: true,
} as const;
const payment = { ...base, operation: 'op-05', target: null, targetTrilingual: LONG_PROVIDER, receipt: receipt('Төлем', 'ТӨЛЕНДІ, ₸') } as const;
const withdrawal = { ...base, operation: 'op-10', amountMinor: tenge(50_000), feeMinor: tenge(250), receipt: receipt('Ақша алу', 'БЕРІЛДІ, ₸') } as const;

type Results = 'result-success' | 'result-partial' | 'result-pending' | 'result-refused';

export const RESULT_SAMPLES: SamplesOf<Results> = {
  'result-success': {
    'op-01': { data: { ...base, outcome: 'credited' } },
    'op-05': { data: { ...payment, outcome: 'paid', providerRef: '0000 1234 5678 9012 3456', paper: 'unavailable', selectedReceipt: 'electronic' } },
    'op-10': { data: { ...withdrawal, outcome: 'dispensed', paper: 'low', electronic: { channel: 'push', maskedDestination: '+7 7•• ••• 12 34' } } },
  },
  'result-partial': { 'op-10': { data: { ...withdrawal, amountMinor: tenge(30_000), wantedMinor: tenge(50_000) } } },
  'result-pending': {
    'op-01': { data: { ...base, why: 'noAnswer', also: null, doubtfulMinor: 0 } },
    'op-05': { data: { ...payment, why: 'inProcess', also: 'noteUncertain', doubtfulMinor: tenge(20_000), canContinue: false } },
    'op-10': { data: { ...withdrawal, why: 'cashUncertain', also: null, doubtfulMinor: tenge(20_000) } },
    retracted: { data: { ...withdrawal, why: 'cashRetracted', also: null, doubtfulMinor: tenge(50_000) } },
    'no-receipt': { data: { ...base, why: 'interrupted', also: null, doubtfulMinor: 0, reference: null, receipt: null, paper: 'unavailable', selectedReceipt: 'electronic' } },
  },
  'result-refused': {
    'op-01': { data: { ...base, amountMinor: 0, feeMinor: null, receipt: null, refusal: 'RF-10', keptMinor: 0, also: null, doubtfulMinor: 0, mayBeHeld: false, blockedForMs: null } },
    kept: { data: { ...payment, amountMinor: tenge(15_000), refusal: 'RF-15', keptMinor: tenge(15_000), also: 'noteUncertain', doubtfulMinor: tenge(10_000), mayBeHeld: false, blockedForMs: null } },
    blocked: { data: { ...withdrawal, amountMinor: 0, feeMinor: null, receipt: null, reference: null, refusal: 'RF-20', keptMinor: 0, also: null, doubtfulMinor: 0, mayBeHeld: false, blockedForMs: 1_740_000, canContinue: false } },
    held: { data: { ...withdrawal, amountMinor: 0, feeMinor: null, receipt: null, refusal: 'RF-34', keptMinor: 0, also: null, doubtfulMinor: 0, mayBeHeld: true, blockedForMs: null } },
    'op-10': { data: { ...withdrawal, amountMinor: 0, feeMinor: null, refusal: 'RF-02', keptMinor: 0, also: null, doubtfulMinor: 0, mayBeHeld: false, blockedForMs: null } },
  },
};
