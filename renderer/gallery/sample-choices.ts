import type { SamplesOf } from './samples.ts';

/** The screens before money moves: greeting, menu, identification, accounts, providers. All invented. */
const tenge = (units: number): number => units * 100;
const NOTES_IN = [500, 1000, 2000, 5000, 10_000, 20_000].map(tenge);
const ALL_WORK = [
  { operation: 'op-01' as const, available: true, reason: null },
  { operation: 'op-10' as const, available: true, reason: null },
  { operation: 'op-05' as const, available: true, reason: null },
];
const CASH_IN_OUT = [
  { operation: 'op-01' as const, available: false, reason: 'cashInFailed' as const },
  { operation: 'op-10' as const, available: true, reason: null },
  { operation: 'op-05' as const, available: false, reason: 'noHost' as const },
];
const identify = { operation: 'op-01', purpose: 'client', problem: null, refusal: null, busy: false, termsVersion: '3.1' } as const;
const name = (kk: string, ru: string, en: string) => ({ kk, ru, en });
const PROVIDERS = [
  name('Сарыарқа Мобайл', 'Сарыарка Мобайл', 'Saryarqa Mobile'),
  name('Құлан Телеком', 'Кулан Телеком', 'Qulan Telecom'),
  name('Тобыл GSM', 'Тобыл GSM', 'Tobyl GSM'),
  name('Ыстық су және жылу: аудандық қазандық', 'Горячая вода и отопление: районная котельная', 'Hot water and heating: district boiler house'),
  name('Дала Энерго', 'Дала Энерго', 'Dala Energo'),
  name('Көгілдір Отын', 'Голубое Топливо', 'Blue Flame Gas'),
].map((each, index) => ({ providerId: `p-${index}`, name: each }));
const field = { key: 'account', label: name('Жеке шот', 'Лицевой счёт', 'Account number'), mask: '99-9999-99', pattern: '^\\d{8}$', example: '12-3456-78', keypad: 'digits' as const };
const TERMS = {
  kk: 'Терминал арқылы операция жасай отырып, сіз банктің қызмет көрсету шарттарымен келісесіз. Комиссия мен жалпы сома растау алдында көрсетіледі. Қабылданған банкноттар операция аяқталғанша терминал ішінде сақталады. Операция үзілсе, ақша анықтама коды бойынша қайтарылады.',
  ru: 'Совершая операцию через терминал, вы соглашаетесь с условиями обслуживания банка. Комиссия и итоговая сумма показываются до подтверждения. Принятые купюры хранятся внутри терминала до завершения операции. Если операция прервётся, деньги вернут по коду для справки.',
  en: 'By using this terminal you agree to the bank’s terms of service. The fee and the total are shown before you confirm. Accepted notes stay inside the terminal until the operation ends. If it is interrupted, the money is returned by its reference code.',
};

type Choices = 'attract' | 'menu' | 'terms' | 'identify-phone' | 'identify-iin' | 'disambiguate' | 'otp' | 'account-choice' | 'provider-category' | 'provider' | 'provider-fields' | 'farewell' | 'out-of-service' | 'maintenance';

const otp = { maskedDestination: '+7 7•• ••• 12 34', channel: 'sms', codeLength: 6, triesLeft: 3, expiresInMs: 167_000, resendInMs: 41_000, codesLeft: 2, state: 'awaitingEntry', problem: null } as const;

export const CHOICE_SAMPLES: SamplesOf<Choices> = {
  attract: {
    both: { data: { operations: ALL_WORK, acceptedMinor: NOTES_IN, dispensedMinor: [2000, 5000, 10_000, 20_000].map(tenge) }, timeLimit: null },
    coins: { data: { operations: ALL_WORK, acceptedMinor: [...[5, 10, 20, 50, 100, 200].map(tenge), ...NOTES_IN], dispensedMinor: [100, 2000, 5000, 10_000, 20_000].map(tenge) }, timeLimit: null },
    'in-only': { data: { operations: ALL_WORK, acceptedMinor: NOTES_IN, dispensedMinor: [] }, timeLimit: null },
    none: { data: { operations: CASH_IN_OUT, acceptedMinor: [], dispensedMinor: [] }, timeLimit: null },
  },
  menu: {
    all: { data: { operations: ALL_WORK, moneyInside: false, isIdentified: false } },
    partial: { data: { operations: CASH_IN_OUT, moneyInside: false, isIdentified: true } },
  },
  terms: { page: { data: { version: '3.1', page: 0, pageCount: 4, text: TERMS } } },
  'identify-phone': {
    fresh: { data: { ...identify, otherMethods: ['iin'] } },
    'not-found': { data: { ...identify, otherMethods: ['iin'], problem: 'notFound', refusal: 'RF-01' } },
    busy: { data: { ...identify, otherMethods: [], busy: true, purpose: 'payer', operation: 'op-05' } },
  },
  'identify-iin': { 'no-host': { data: { ...identify, otherMethods: ['phone'], problem: 'noHost' } } },
  disambiguate: {
    fresh: { data: { needs: 'birthDate', triesLeft: 3, problem: null, busy: false } },
    'no-match': { data: { needs: 'birthDate', triesLeft: 1, problem: 'noMatch', busy: false } },
  },
  otp: {
    fresh: { data: otp },
    wrong: { data: { ...otp, triesLeft: 2, problem: 'wrongCode', resendInMs: 0 } },
    expired: { data: { ...otp, expiresInMs: 0, problem: 'expired', resendInMs: 0, channel: 'push' } },
    'no-more': { data: { ...otp, codesLeft: 0, triesLeft: 1, codeLength: 4 } },
  },
  'account-choice': {
    in: { data: { operation: 'op-01', accounts: [
      { accountRef: 'a-1', kind: 'card', masked: '•• 0012', currency: 'KZT', canDeposit: true, canWithdraw: true },
      { accountRef: 'a-2', kind: 'current', masked: 'KZ•• •••• 0001', currency: 'KZT', canDeposit: true, canWithdraw: false },
      { accountRef: 'a-3', kind: 'wallet', masked: '+7 7•• ••• 12 34', currency: 'KZT', canDeposit: true, canWithdraw: false },
    ] } },
    out: { data: { operation: 'op-10', accounts: [{ accountRef: 'a-1', kind: 'card', masked: '•• 0012', currency: 'KZT', canDeposit: true, canWithdraw: true }] } },
  },
  'provider-category': { five: { data: { categories: [
    { categoryId: 'mobile', name: name('Байланыс', 'Связь', 'Mobile'), icon: 'device-mobile', providerCount: 3 },
    { categoryId: 'utilities', name: name('Үй', 'Дом', 'Home'), icon: 'house', providerCount: 5 },
    { categoryId: 'internet', name: name('Интернет', 'Интернет', 'Internet'), icon: 'wifi-high', providerCount: 21 },
    { categoryId: 'transport', name: name('Көлік', 'Транспорт', 'Transport'), icon: 'bus', providerCount: 2 },
    { categoryId: 'education', name: name('Білім', 'Обучение', 'Education'), icon: 'graduation-cap', providerCount: 3 },
  ] } } },
  provider: {
    full: { data: { category: name('Үй', 'Дом', 'Home'), query: '', providers: PROVIDERS, total: 14, page: 1, pageCount: 3 } },
    found: { data: { category: null, query: 'ан', providers: PROVIDERS.slice(0, 2), total: 2, page: 0, pageCount: 1 } },
    none: { data: { category: null, query: 'ййй', providers: [], total: 0, page: 0, pageCount: 1 } },
  },
  'provider-fields': {
    digits: { data: { providerName: name('Сумен жабдықтау', 'Водоснабжение', 'Water supply'), fields: [field], problem: null, refusal: null, busy: false } },
    letters: { data: { providerName: name('Тұрақ', 'Парковка', 'Parking'), fields: [{ ...field, key: 'plate', label: name('Көлік нөмірі', 'Номер машины', 'Plate number'), mask: '999AAA99', pattern: '^\\d{3}[A-Za-z]{3}\\d{2}$', example: '001AAA01', keypad: 'letters' }], problem: 'notFound', refusal: 'RF-15', busy: false } },
    two: { data: { providerName: PROVIDERS[3]?.name ?? name('', '', ''), fields: [field, { ...field, key: 'student', label: name('Студенттің ЖСН-і', 'ИИН студента', 'Student IIN'), mask: '999999999999', pattern: '^\\d{12}$', example: '850315300009' }], problem: null, refusal: null, busy: false } },
  },
  farewell: { receipt: { data: { hasReceipt: true } }, plain: { data: { hasReceipt: false } } },
  'out-of-service': {
    all: { data: { scope: 'all', reason: 'devices', operations: [], refusal: 'RF-24' }, timeLimit: null },
    partial: { data: { scope: 'partial', reason: 'devices', operations: CASH_IN_OUT, refusal: 'RF-24' } },
    power: { data: { scope: 'all', reason: 'power', operations: [], refusal: 'RF-24' }, timeLimit: null },
    queue: { data: { scope: 'partial', reason: 'queueLimit', operations: [{ operation: 'op-01', available: false, reason: 'queueLimit' }], refusal: 'RF-24' } },
    host: { data: { scope: 'all', reason: 'host', operations: [], refusal: 'RF-34' }, timeLimit: null },
    recovering: { data: { scope: 'all', reason: 'recovering', operations: [], refusal: 'RF-24' }, timeLimit: null },
  },
  maintenance: { shown: { data: {}, timeLimit: null } },
};
