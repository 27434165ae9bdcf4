import type { ScreenData } from '../../main/contracts/screen-model.ts';
import type { SamplesOf } from './samples.ts';

/** Service mode. All invented. */
const tenge = (units: number): number => units * 100;
const MORNING_UTC_MS = Date.UTC(2026, 2, 12, 3, 2);
const MIDDAY_UTC_MS = Date.UTC(2026, 2, 12, 7, 58);
const frame = { login: 'т-014', name: 'Ерлан Т.', level: 'technician', softwareVersion: '0.9.4', businessDay: '2026-03-12', incidentCount: 2, queueCount: 3 };
const noFrameTrouble = { ...frame, incidentCount: 0, queueCount: 0 };

type Device = ScreenData<'service-status'>['devices'][number];
const device = (deviceClass: string, protocol: string, model: string | null, firmware: string | null, counters: Record<string, number>): Device => ({ deviceId: deviceClass, deviceClass, protocol, model, level: 'ok', state: 'ready', firmware, serialNumber: firmware === null ? null : `S${firmware.replaceAll('.', '')}0427`, faults: [], counters, linkErrorCount: 0, restarts: [], lastFaults: [], sinceUtcMs: MORNING_UTC_MS });
const WELL: readonly Device[] = [
  device('cashAcceptor', 'CCNET', 'SM', '1.27', { stacked: 312 }),
  device('cashDispenser', 'F53', '4', '3.4.1', { dispensed: 1204, rejected: 3 }),
  device('cardReader', 'CRT-571', null, '2.10', { reads: 41 }),
  device('printer', 'ESC/POS', null, '1.08', { receipts: 186 }),
  device('barcodeReader', 'HID', null, '4.2', { reads: 58 }),
  device('auxiliaries', 'SIU', null, null, {}),
];
const FAULTY: readonly Device[] = WELL.map((each): Device => {
  if (each.deviceClass === 'cashDispenser') return { ...each, level: 'attention', sinceUtcMs: MIDDAY_UTC_MS, faults: ['CDM_CASSETTE_EMPTY'], linkErrorCount: 2, lastFaults: [{ code: 'CDM_CASSETTE_EMPTY', atUtcMs: MIDDAY_UTC_MS, detail: 'cassette 2' }] };
  if (each.deviceClass === 'printer') return { ...each, level: 'failed', state: 'faulty', sinceUtcMs: MIDDAY_UTC_MS, faults: ['PTR_JAMMED'], linkErrorCount: 4, lastFaults: [{ code: 'PTR_JAMMED', atUtcMs: MIDDAY_UTC_MS, detail: 'DLE EOT 3: 1A' }, { code: 'PTR_PAPER_OUT', atUtcMs: MORNING_UTC_MS, detail: '' }] };
  return each;
});

type Message = ScreenData<'service-queue'>['messages'][number];
const message = (index: number, over: Partial<Message>): Message => ({ messageId: `01HQZX3V${String(index).padStart(2, '0')}`, operation: 'cash.deposit', state: 'unknown', createdAtUtcMs: MIDDAY_UTC_MS + index * 61_000, attemptCount: 2, lastError: null, canRetry: false, canAct: false, proposal: null, ...over });

const NO_JOURNAL = { code: 'JNL_MISSING', detail: 'the journal file is gone, but this terminal was in service', sinceUtcMs: MIDDAY_UTC_MS };
const WRONG_CLOCK = { code: 'TRM_CLOCK_WRONG', detail: '26 h ahead of the bank', sinceUtcMs: MIDDAY_UTC_MS };

const RECYCLER_UNITS: ScreenData<'service-cash'>['units'] = [
  { unitId: 'acceptor.box', role: 'cashIn', cassetteNumber: null, notes: [{ denominationMinor: tenge(10_000), noteCount: 40 }], totalMinor: tenge(400_000), capacity: 600, level: 'ok', byDevice: { noteCount: 40, differenceCount: 0 } },
  { unitId: 'recycler.1', role: 'recycle', cassetteNumber: 1, notes: [{ denominationMinor: tenge(5000), noteCount: 40 }], totalMinor: tenge(200_000), capacity: 80, level: 'ok', byDevice: { noteCount: 42, differenceCount: 2 } },
  { unitId: 'recycler.2', role: 'recycle', cassetteNumber: 2, notes: [{ denominationMinor: tenge(2000), noteCount: 20 }], totalMinor: tenge(40_000), capacity: 80, level: 'ok', byDevice: null },
];

const COIN_UNITS: ScreenData<'service-cash'>['units'] = [
  { unitId: 'coinAcceptor.box', role: 'coinsIn', cassetteNumber: null, notes: [{ denominationMinor: tenge(100), noteCount: 31 }, { denominationMinor: tenge(50), noteCount: 14 }], totalMinor: tenge(3_800), capacity: 2000, level: 'ok', byDevice: null },
  { unitId: 'coinDispenser.1', role: 'coinsOut', cassetteNumber: null, notes: [{ denominationMinor: tenge(100), noteCount: 170 }], totalMinor: tenge(17_000), capacity: 1000, level: 'ok', byDevice: null },
];
const HOPPERS = [{ hopperNumber: 1, denominationMinor: tenge(100), coinCount: 170, capacity: 1000 }];

const NOTE_UNITS: ScreenData<'service-cash'>['units'] = [
  { unitId: 'acceptor.box', role: 'cashIn', cassetteNumber: null, notes: [{ denominationMinor: tenge(10_000), noteCount: 20 }], totalMinor: tenge(200_000), capacity: 1000, level: 'ok', byDevice: null },
  { unitId: 'dispenser.1', role: 'cashOut', cassetteNumber: 1, notes: [{ denominationMinor: tenge(5000), noteCount: 400 }], totalMinor: tenge(2_000_000), capacity: 1000, level: 'ok', byDevice: null },
  { unitId: 'dispenser.2', role: 'cashOut', cassetteNumber: 2, notes: [{ denominationMinor: tenge(2000), noteCount: 0 }], totalMinor: 0, capacity: 1000, level: 'empty', byDevice: null },
  { unitId: 'dispenser.reject', role: 'reject', cassetteNumber: null, notes: [], totalMinor: 0, capacity: 100, level: 'ok', byDevice: null },
];
const CASSETTES: NonNullable<ScreenData<'service-cash'>['cassettes']>['cassettes'] = [{ cassetteNumber: 1, unit: { role: 'cashOut', number: 1 }, denominationMinor: tenge(5000), noteCount: 400, capacity: 1000 }, { cassetteNumber: 2, unit: { role: 'cashOut', number: 2 }, denominationMinor: tenge(2000), noteCount: 0, capacity: 1000 }];

const FOUND: ScreenData<'service-journal'>['found'] = {
  kind: 'found', code: 'Q7K-482', operationId: '01HQZX3V000000000000000001', operation: 'op-10', outcome: 'pending', refusal: 'RF-34', movedMinor: tenge(50_000), beganAtUtcMs: MORNING_UTC_MS, receiptNumbers: ['0427-008213'], reference: 'Q7K-482',
  items: [{ kind: 'dispenseUncertain', amountMinor: tenge(-50_000), state: 'open' }],
  messages: [{ messageId: '01HQZX3V01', operation: 'cash.withdraw', state: 'executed' }, { messageId: '01HQZX3V02', operation: 'cash.withdraw.complete', state: 'parked' }],
  steps: ['operation.chosen', 'client.identified', 'otp.verified', 'account.chosen', 'amount.chosen', 'quote.received', 'consent.given', 'message.staged', 'authorisation.received', 'intent.dispense', 'outcome.dispense'].map((kind, index) => ({ entryNumber: 8812 + index, kind, atUtcMs: MORNING_UTC_MS + index * 4000 })),
};

type Service = 'service-login' | 'service-password' | 'service-status' | 'service-cash' | 'service-queue' | 'service-suspense' | 'service-day' | 'service-journal';

export const SERVICE_SAMPLES: SamplesOf<Service> = {
  'service-login': {
    fresh: { data: { problem: null, busy: false, canLogIn: true, troubles: [] } },
    locked: { data: { problem: 'locked', busy: false, canLogIn: true, troubles: [] } },
    unitsOpen: { data: { problem: null, busy: false, canLogIn: true, troubles: [{ code: 'TRM_COINS_OPEN', detail: 't-014 2026-03-12T07:58Z', sinceUtcMs: MIDDAY_UTC_MS }] } },
    noJournal: { data: { problem: null, busy: false, canLogIn: false, troubles: [NO_JOURNAL] } },
  },
  'service-password': {
    first: { data: { login: 'т-014', why: 'first', problems: [] } },
    problems: { data: { login: 'т-014', why: 'due', problems: ['tooShort', 'tooFewGroups', 'mismatch'] } },
  },
  'service-status': {
    well: { data: { ...noFrameTrouble, troubles: [], devices: [...WELL], suspense: [] } },
    wrongClock: { data: { ...noFrameTrouble, incidentCount: 1, troubles: [WRONG_CLOCK], devices: [...WELL], suspense: [] } },
    faults: { data: { ...frame, troubles: [], devices: [...FAULTY], suspense: [
      { suspenseId: 's-1', amountMinor: tenge(10_000), kind: 'noteUncertain', openedAtUtcMs: MIDDAY_UTC_MS, reference: 'Q7K-482' },
      { suspenseId: 's-2', amountMinor: tenge(-50_000), kind: 'dispenseUncertain', openedAtUtcMs: MORNING_UTC_MS, reference: 'M2D-119' },
    ] } },
  },
  'service-cash': { units: { data: { ...frame, totalMinor: tenge(41_480_000), suspense: { count: 2, insideMinor: tenge(10_000), outsideMinor: tenge(-50_000) }, units: [
    { unitId: 'stacker', role: 'cashIn', cassetteNumber: null, notes: [{ denominationMinor: tenge(20_000), noteCount: 40 }, { denominationMinor: tenge(5000), noteCount: 121 }, { denominationMinor: tenge(500), noteCount: 151 }], totalMinor: tenge(1_480_500), capacity: 1000, level: 'ok', byDevice: null },
    { unitId: 'cassette-1', role: 'cashOut', cassetteNumber: 1, notes: [{ denominationMinor: tenge(2000), noteCount: 1420 }], totalMinor: tenge(2_840_000), capacity: 2500, level: 'ok', byDevice: null },
    { unitId: 'cassette-2', role: 'cashOut', cassetteNumber: 2, notes: [{ denominationMinor: tenge(5000), noteCount: 84 }], totalMinor: tenge(420_000), capacity: 2500, level: 'low', byDevice: null },
    { unitId: 'cassette-3', role: 'cashOut', cassetteNumber: 3, notes: [{ denominationMinor: tenge(10_000), noteCount: 0 }], totalMinor: 0, capacity: 2500, level: 'empty', byDevice: null },
    { unitId: 'reject', role: 'reject', cassetteNumber: null, notes: [{ denominationMinor: tenge(5000), noteCount: 3 }], totalMinor: tenge(15_000), capacity: 200, level: 'ok', byDevice: null },
  ], recycler: null, coins: null, cassettes: null } },
  cassettes: { data: { ...noFrameTrouble, totalMinor: tenge(2_200_000), suspense: { count: 0, insideMinor: 0, outsideMinor: 0 }, units: NOTE_UNITS, recycler: null, coins: null, cassettes: { isExchanging: false, isBusy: false, cassettes: CASSETTES, result: 'exchangeEnded' } } },
  noteExchange: { data: { ...noFrameTrouble, totalMinor: tenge(2_200_000), suspense: { count: 0, insideMinor: 0, outsideMinor: 0 }, units: NOTE_UNITS, recycler: null, coins: null, cassettes: { isExchanging: true, isBusy: false, cassettes: CASSETTES, result: 'loaded' } } },
  noteDevice: { data: { ...noFrameTrouble, totalMinor: tenge(2_200_000), suspense: { count: 0, insideMinor: 0, outsideMinor: 0 }, units: NOTE_UNITS, recycler: null, coins: null, cassettes: { isExchanging: true, isBusy: false, cassettes: CASSETTES, result: 'deviceUncertain' } } },
  otherNotes: { data: { ...noFrameTrouble, totalMinor: tenge(2_400_000), suspense: { count: 0, insideMinor: 0, outsideMinor: 0 }, units: [...NOTE_UNITS, { ...RECYCLER_UNITS.find(({ role }) => role === 'recycle')!, byDevice: null }], recycler: null, coins: null, cassettes: { isExchanging: true, isBusy: false, cassettes: [...CASSETTES, { cassetteNumber: 101, unit: { role: 'recycle', number: 1 }, denominationMinor: tenge(5000), noteCount: 40, capacity: 40 }], result: 'otherInside' } } },
  recycler: { data: { ...noFrameTrouble, totalMinor: tenge(640_000), suspense: { count: 0, insideMinor: 0, outsideMinor: 0 }, units: RECYCLER_UNITS, recycler: { isExchanging: false, isBusy: false, result: 'moved' }, coins: null, cassettes: { isExchanging: false, isBusy: false, cassettes: [], result: null } } },
  exchange: { data: { ...noFrameTrouble, totalMinor: tenge(640_000), suspense: { count: 0, insideMinor: 0, outsideMinor: 0 }, units: RECYCLER_UNITS, recycler: { isExchanging: true, isBusy: false, result: null }, coins: null, cassettes: { isExchanging: true, isBusy: false, cassettes: [], result: 'collected' } } },
  moving: { data: { ...noFrameTrouble, totalMinor: tenge(640_000), suspense: { count: 0, insideMinor: 0, outsideMinor: 0 }, units: RECYCLER_UNITS, recycler: { isExchanging: false, isBusy: true, result: null }, coins: null, cassettes: { isExchanging: false, isBusy: false, cassettes: [], result: null } } },
  coins: { data: { ...noFrameTrouble, totalMinor: tenge(20_800), suspense: { count: 0, insideMinor: 0, outsideMinor: 0 }, units: COIN_UNITS, recycler: null, coins: { isExchanging: false, isBusy: false, hasBox: true, hoppers: HOPPERS, result: 'exchangeEnded' }, cassettes: null } },
  coinExchange: { data: { ...noFrameTrouble, totalMinor: tenge(20_800), suspense: { count: 0, insideMinor: 0, outsideMinor: 0 }, units: COIN_UNITS, recycler: null, coins: { isExchanging: true, isBusy: false, hasBox: true, hoppers: HOPPERS, result: 'loaded' }, cassettes: null } } },
  'service-suspense': {
    items: { data: { ...frame, maySettleAs: ['matched', 'paid', 'writtenOff'], items: [
      { suspenseId: 's-1', amountMinor: tenge(10_000), kind: 'noteUncertain', openedAtUtcMs: MIDDAY_UTC_MS, reference: 'Q7K-482', operationId: '01HQZX3V000000000000000001', evidence: 'note acceptor-1 was ordered into the box and not heard of again', told: 'waiting' },
      { suspenseId: 's-2', amountMinor: tenge(-50_000), kind: 'dispenseUncertain', openedAtUtcMs: MORNING_UTC_MS, reference: 'M2D-119', operationId: '01HQZX3V000000000000000002', evidence: 'dispense command without a result: path and exit are free after the restart', told: 'told' },
    ], unfollowed: [{ suspenseId: 's-0', decisionId: 'D00000007', to: 'paid', amountMinor: tenge(5000), authority: 'cash centre', reason: 'claim', result: 'contradicts', decidedAtUtcMs: MORNING_UTC_MS }], settled: [
      { suspenseId: 's-9', to: 'paid', by: 'bank', authority: 'D00000006', why: 'claim 4471', amountMinor: tenge(10_000), reference: 'B2C-530', atUtcMs: MORNING_UTC_MS, bankAuthority: 'cash centre', told: null },
      { suspenseId: 's-0', to: 'matched', by: 'т-014', authority: 'technician', why: 'countAgrees', amountMinor: tenge(5000), reference: 'K0M-821', atUtcMs: MORNING_UTC_MS, bankAuthority: null, told: 'waiting' },
    ] } },
    none: { data: { ...noFrameTrouble, maySettleAs: ['matched'], items: [], unfollowed: [], settled: [] } },
    notAllowed: { data: { ...frame, level: 'viewer', maySettleAs: [], items: [{ suspenseId: 's-1', amountMinor: tenge(-5000), kind: 'inTransport', openedAtUtcMs: MIDDAY_UTC_MS, reference: 'Q7K-482', operationId: '01HQZX3V000000000000000001', evidence: 'cassette 1: 1 × 500000 picked, neither presented nor rejected (CDM_ITEMS_LEFT, device code 35)', told: 'no' }], unfollowed: [], settled: [] } },
  },
  'service-day': {
    differences: { data: { ...frame, day: '2026-03-12', sinceUtcMs: MORNING_UTC_MS,
      operations: [{ operation: 'op-01', count: 41, deviceMinor: tenge(1_480_500), journalMinor: tenge(1_480_500), hostMinor: tenge(1_470_500) }, { operation: 'op-10', count: 17, deviceMinor: tenge(-420_000), journalMinor: tenge(-420_000), hostMinor: tenge(-420_000) }],
      units: [{ unitId: 'acceptor.box', movedMinor: tenge(1_480_500), countedMinor: tenge(1_480_500), byDevice: null }, { unitId: 'dispenser.1', movedMinor: tenge(-425_000), countedMinor: tenge(-425_000), byDevice: null }, { unitId: 'recycler.1', movedMinor: tenge(-15_000), countedMinor: tenge(-15_000), byDevice: { deviceCount: 42, journalCount: 40, differenceCount: 2 } }, { unitId: 'coinDispenser.1', movedMinor: tenge(-400), countedMinor: tenge(-400), byDevice: null }],
      differences: [{ operationId: '01HQZX3V000000000000000001', kind: 'waiting', amountMinor: tenge(10_000), explanation: 'the bank has not answered yet' }],
      reconciled: { day: '2026-03-11', result: 'different', atUtcMs: MORNING_UTC_MS, bank: [{ operation: 'op-01', bookedMinor: tenge(1_481_500) }],
        detail: { state: 'compared', operations: [{ operationId: '01HQZX3V000000000000000007', operation: 'op-01', bookedMinor: tenge(1000), confirmedMinor: 0 }], isCut: false } },
      recovery: { atUtcMs: MORNING_UTC_MS, openOperations: 1, suspendedItems: 1, lines: ['01HQZX3V000000000000000002: pending 0', 'dispenser: path and exit are free after the restart'] } } },
    first: { data: { ...noFrameTrouble, day: null, sinceUtcMs: null, operations: [], units: [], differences: [], reconciled: null, recovery: null } },
  },
  'service-journal': {
    kept: { data: { ...frame, found: null, entryCount: 1_204_881, seal: { upToEntryNumber: 1_204_879, atUtcMs: MIDDAY_UTC_MS }, bankSeal: { upToEntryNumber: 1_204_112, atUtcMs: MORNING_UTC_MS }, mirror: { state: 'following', lagEntryCount: 0, detail: '' },
      policy: { policyId: 'sample-bank', version: 1, classes: [{ classId: 'money', keepDays: 3653 }, { classId: 'messages', keepDays: 1826 }, { classId: 'personal', keepDays: 365 }] }, policyProblem: null,
      lastPurge: { atUtcMs: MORNING_UTC_MS, classId: 'personal', entryCount: 1204 }, keys: [{ purpose: 'data', keyId: 'k2', sinceUtcMs: MORNING_UTC_MS }, { purpose: 'seal', keyId: '62cd5f74b40dfa35', sinceUtcMs: MORNING_UTC_MS }] } },
    found: { data: { ...frame, found: FOUND, entryCount: 881, seal: null, bankSeal: null, mirror: null, policy: null, policyProblem: null, lastPurge: null, keys: [] } },
    notFound: { data: { ...frame, found: { kind: 'notFound', code: 'Q7K-482' }, entryCount: 881, seal: null, bankSeal: null, mirror: null, policy: null, policyProblem: null, lastPurge: null, keys: [] } },
    lost: { data: { ...frame, found: { kind: 'notACode', code: null }, entryCount: 881, seal: null, bankSeal: null, mirror: { state: 'lost', lagEntryCount: 412, detail: 'ENOENT' }, policy: null, policyProblem: 'it is not signed by the bank', lastPurge: null, keys: [] } },
  },
  'service-queue': {
    messages: { data: { ...frame, linkUp: false, messages: Array.from({ length: 12 }, (_, index) => message(index, index === 5 ? { state: 'parked', createdAtUtcMs: MIDDAY_UTC_MS - 31 * 86_400_000, lastError: 'not delivered in 30 days', attemptCount: 96, canAct: true } : index % 4 === 1 ? { state: 'parked', lastError: 'HST_TIMED_OUT no answer within 60000 ms', attemptCount: 8, canRetry: true, canAct: true, proposal: index === 1 ? { act: 'settle', by: 'т-021', why: 'bankKnows', isOwn: false } : null } : {})) } },
    empty: { data: { ...noFrameTrouble, linkUp: true, messages: [] } },
  },
};
