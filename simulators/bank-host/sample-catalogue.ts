import type { Catalogue, Provider } from '../../main/contracts/host-operations.ts';
import { TARIFFS } from './tariffs.ts';
import type { Tariff } from './tariffs.ts';

/** ALL INVENTED: no such provider, contract or price exists. Amounts in tiyn. */
export interface SampleProvider {
  readonly provider: Provider;
  readonly tariff: Tariff;
  /** Only this sum may be paid; the rest of what was inserted is change. */
  readonly fixedMinor: number | null;
  readonly suggestedMinor: number | null;
  /** Payee as the check may show it, before masking. */
  readonly payee: { readonly given: string; readonly surname?: string } | null;
  /** The only values the provider's register knows, or null: every well-formed value is known (RF-15 otherwise). */
  readonly knownValues: readonly string[] | null;
  readonly execution: 'atOnce' | 'today' | 'nextBusinessDay';
}

const tenge = (units: number): number => units * 100;
type Field = Provider['fields'][number];
const DIGITS = 'digits' as const;

const phoneField: Field = { key: 'phone', label: { kk: 'Телефон нөмірі', ru: 'Номер телефона', en: 'Phone number' }, mask: '999 999 99 99', pattern: '^7\\d{9}$', example: '700 000 12 34', keypad: DIGITS };
const accountField = (mask: string, pattern: string, example: string): Field => ({ key: 'account', label: { kk: 'Жеке шот', ru: 'Лицевой счёт', en: 'Account number' }, mask, pattern, example, keypad: DIGITS });
const contractField = (mask: string, pattern: string, example: string): Field => ({ key: 'contract', label: { kk: 'Шарт нөмірі', ru: 'Номер договора', en: 'Contract number' }, mask, pattern, example, keypad: DIGITS });

const CATEGORIES: Catalogue['categories'] = [
  { categoryId: 'mobile', name: { kk: 'Байланыс', ru: 'Связь', en: 'Mobile' }, icon: 'device-mobile' },
  { categoryId: 'utilities', name: { kk: 'Үй', ru: 'Дом', en: 'Home' }, icon: 'house' },
  { categoryId: 'internet', name: { kk: 'Интернет', ru: 'Интернет', en: 'Internet' }, icon: 'wifi-high' },
  { categoryId: 'transport', name: { kk: 'Көлік', ru: 'Транспорт', en: 'Transport' }, icon: 'bus' },
  { categoryId: 'education', name: { kk: 'Білім', ru: 'Обучение', en: 'Education' }, icon: 'graduation-cap' },
];

interface Row {
  readonly id: string;
  readonly category: string;
  readonly name: Provider['name'];
  readonly fields: readonly [Field, ...Field[]];
  readonly purposeCode: string;
  readonly minMinor?: number;
  readonly maxMinor?: number;
  readonly more?: Partial<Omit<SampleProvider, 'provider'>>;
}

const ROWS: readonly Row[] = [
  { id: 'p-saryarqa', category: 'mobile', name: { kk: 'Сарыарқа Мобайл', ru: 'Сарыарка Мобайл', en: 'Saryarqa Mobile' }, fields: [phoneField], purposeCode: '852', maxMinor: tenge(50_000), more: { tariff: TARIFFS.paymentFree } },
  { id: 'p-qulan', category: 'mobile', name: { kk: 'Құлан Телеком', ru: 'Кулан Телеком', en: 'Qulan Telecom' }, fields: [phoneField], purposeCode: '852', maxMinor: tenge(50_000), more: { tariff: TARIFFS.paymentFree } },
  { id: 'p-tobyl', category: 'mobile', name: { kk: 'Тобыл GSM', ru: 'Тобыл GSM', en: 'Tobyl GSM' }, fields: [phoneField], purposeCode: '852', maxMinor: tenge(50_000) },
  { id: 'p-water', category: 'utilities', name: { kk: 'Сумен жабдықтау', ru: 'Водоснабжение', en: 'Water supply' }, fields: [accountField('99-9999-99', '^\\d{8}$', '12-3456-78')], purposeCode: '851', more: { tariff: TARIFFS.paymentFree, suggestedMinor: tenge(4_350), payee: { given: 'Данияр', surname: 'Омаров' } } },
  { id: 'p-sewer', category: 'utilities', name: { kk: 'Суды бұру', ru: 'Водоотведение', en: 'Sewerage' }, fields: [accountField('99999999', '^\\d{8}$', '12345678')], purposeCode: '851', more: { tariff: TARIFFS.paymentFree } },
  { id: 'p-heating', category: 'utilities', name: { kk: 'Ыстық су және жылу', ru: 'Горячая вода и отопление', en: 'Hot water and heating' }, fields: [contractField('9999999999', '^\\d{10}$', '1234567890')], purposeCode: '851', more: { tariff: TARIFFS.paymentFlat, suggestedMinor: tenge(12_700), payee: { given: 'Гүлнар', surname: 'Сейітова' } } },
  { id: 'p-power', category: 'utilities', name: { kk: 'Дала Энерго', ru: 'Дала Энерго', en: 'Dala Energo' }, fields: [accountField('999 999 999', '^\\d{9}$', '123 456 789')], purposeCode: '851' },
  { id: 'p-gas', category: 'utilities', name: { kk: 'Көгілдір Отын', ru: 'Голубое Топливо', en: 'Blue Flame Gas' }, fields: [accountField('99999999', '^\\d{8}$', '87654321')], purposeCode: '851', minMinor: tenge(500), more: { execution: 'today' } },
  { id: 'p-jelinet', category: 'internet', name: { kk: 'ЖеліНет', ru: 'ЖелиНет', en: 'JeliNet' }, fields: [contractField('AA-999999', '^[A-Za-z]{2}\\d{6}$', 'KZ-123456')].map((field) => ({ ...field, keypad: 'letters' as const })) as [Field], purposeCode: '852' },
  { id: 'p-aspan', category: 'internet', name: { kk: 'Аспан ТВ', ru: 'Аспан ТВ', en: 'Aspan TV' }, fields: [contractField('9999999', '^\\d{7}$', '1234567')], purposeCode: '852', more: { fixedMinor: tenge(4_990) } },
  { id: 'p-citycard', category: 'transport', name: { kk: 'Қала көлік картасы', ru: 'Транспортная карта города', en: 'City transport card' }, fields: [{ key: 'card', label: { kk: 'Карта нөмірі', ru: 'Номер карты', en: 'Card number' }, mask: '9999 9999 9999', pattern: '^\\d{12}$', example: '1234 5678 9012', keypad: DIGITS }], purposeCode: '859', maxMinor: tenge(20_000), more: { tariff: TARIFFS.paymentFree } },
  // Its register is all but empty, so the check answers RF-15 to nearly everything.
  { id: 'p-parking', category: 'transport', name: { kk: 'Тұрақ', ru: 'Парковка', en: 'Parking' }, fields: [{ key: 'plate', label: { kk: 'Көлік нөмірі', ru: 'Номер машины', en: 'Plate number' }, mask: '999AAA99', pattern: '^\\d{3}[A-Za-z]{3}\\d{2}$', example: '001AAA01', keypad: 'letters' }], purposeCode: '859', maxMinor: tenge(10_000), more: { knownValues: ['001AAA01'] } },
  { id: 'p-meal', category: 'education', name: { kk: 'Мектеп асханасы', ru: 'Школьное питание', en: 'School meals' }, fields: [contractField('999999', '^\\d{6}$', '123456')], purposeCode: '861', more: { fixedMinor: tenge(3_000), tariff: TARIFFS.paymentFree } },
  { id: 'p-university', category: 'education', name: { kk: 'Көкжиек университеті', ru: 'Университет Кокжиек', en: 'Kokjiek University' }, fields: [contractField('999-999', '^\\d{6}$', '123-456'), { key: 'student', label: { kk: 'Студенттің ЖСН-і', ru: 'ИИН студента', en: 'Student IIN' }, mask: '999999999999', pattern: '^\\d{12}$', example: '850315300009', keypad: DIGITS }], purposeCode: '861', minMinor: tenge(5_000), more: { payee: { given: 'Көкжиек' }, execution: 'nextBusinessDay' } },
  { id: 'p-driving', category: 'education', name: { kk: 'Жүргізушілер мектебі', ru: 'Автошкола', en: 'Driving school' }, fields: [contractField('99999', '^\\d{5}$', '12345')], purposeCode: '861' },
];

export const SAMPLE_PROVIDERS: ReadonlyMap<string, SampleProvider> = new Map(
  ROWS.map((row) => [
    row.id,
    {
      provider: { providerId: row.id, categoryId: row.category, name: row.name, fields: [...row.fields], minMinor: row.minMinor ?? tenge(200), maxMinor: row.maxMinor ?? tenge(500_000), purposeCode: row.purposeCode },
      tariff: TARIFFS.payment,
      fixedMinor: null,
      suggestedMinor: null,
      payee: null,
      knownValues: null,
      execution: 'atOnce',
      ...row.more,
    } satisfies SampleProvider,
  ]),
);

/** Raised whenever the sample rows change, so that terminals fetch them. */
export const SAMPLE_CATALOGUE: Catalogue = { version: 1, categories: CATEGORIES, providers: ROWS.map((row) => SAMPLE_PROVIDERS.get(row.id)!.provider) };

/**
 * What a provider's register says of the typed fields. Values may come with or without the mask's literals.
 *
 * @returns undefined when a field is missing, malformed or unknown there (RF-15)
 */
export function normaliseFields(sample: SampleProvider, typed: Readonly<Record<string, string>>): Readonly<Record<string, string>> | undefined {
  const { fields } = sample.provider;
  if (Object.keys(typed).length !== fields.length) return undefined;
  const normalised: Record<string, string> = {};
  for (const field of fields) {
    const value = typed[field.key]?.replaceAll(/[^0-9A-Za-zА-Яа-яӘәІіҢңҒғҮүҰұҚқӨөҺһ]/g, '');
    if (value === undefined || !new RegExp(field.pattern).test(value)) return undefined;
    if (sample.knownValues !== null && !sample.knownValues.includes(value)) return undefined;
    normalised[field.key] = value;
  }
  return normalised;
}
