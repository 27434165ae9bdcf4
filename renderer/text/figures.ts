import type { Language } from '../../main/contracts/languages.ts';
import type { FeeRule } from '../../main/contracts/host-operations.ts';
import { textOf } from './use-text.ts';

/** Groups by a thin space; the fonts lack the narrow no-break one (look.md §4), so a word joiner, which shows nothing, keeps a figure in one line inside a sentence too. */
const THIN = '\u2009\u2060';
const MINUS = '\u2212';
export const TENGE = '\u20b8';

/** `12 500`; tiyn only where there are some. @param amountMinor minor units */
export function digits(amountMinor: number): string {
  const units = Math.floor(Math.abs(amountMinor) / 100);
  const tiyn = Math.abs(amountMinor) % 100;
  const grouped = String(units).replace(/\B(?=(\d{3})+(?!\d))/g, THIN);
  return `${amountMinor < 0 ? `${MINUS}${THIN}` : ''}${grouped}${tiyn === 0 ? '' : `,${String(tiyn).padStart(2, '0')}`}`;
}

/** `12 500 ₸` for sentences, ledgers and buttons. */
export function amount(amountMinor: number): string {
  return `${digits(amountMinor)}\u00a0${TENGE}`;
}

/** `+2`, `−2` */
export function signed(count: number): string {
  return count < 0 ? `${MINUS}${-count}` : `+${count}`;
}

/** `1:24` */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

export function feeRuleText(rule: FeeRule, language: Language): string {
  if (rule.basisPoints === 0) {
    const feeMinor = onlyFeeMinor(rule);
    return feeMinor === 0 ? textOf(language, 'fee.none') : textOf(language, 'fee.fixed', { fixed: amount(feeMinor) });
  }
  const percent = String(rule.basisPoints / 100).replace('.', ',');
  const base = rule.fixedMinor === 0 ? textOf(language, 'fee.percent', { percent }) : textOf(language, 'fee.both', { percent, fixed: amount(rule.fixedMinor) });
  if (rule.minMinor > 0 && rule.maxMinor !== null) return textOf(language, 'fee.minMax', { rule: base, min: digits(rule.minMinor), max: amount(rule.maxMinor) });
  if (rule.minMinor > 0) return textOf(language, 'fee.min', { rule: base, min: amount(rule.minMinor) });
  if (rule.maxMinor !== null) return textOf(language, 'fee.max', { rule: base, max: amount(rule.maxMinor) });
  return base;
}

/** Of a rule without percent one sum is taken of any cash: its fixed part within its bounds, in whole tenge as the core takes it. */
function onlyFeeMinor({ fixedMinor, minMinor, maxMinor }: FeeRule): number {
  const highestMinor = maxMinor === null ? Infinity : Math.floor(maxMinor / 100) * 100;
  return Math.min(highestMinor, Math.max(Math.ceil(minMinor / 100) * 100, Math.floor((fixedMinor + 50) / 100) * 100));
}

/** `12.03.2026` of a business day as the bank names it, `2026-03-12`; another form stays as it is. */
export function dayText(day: string): string {
  return day.replace(/^(\d{4})-(\d{2})-(\d{2})$/, '$3.$2.$1');
}

/** Astana time, `12.03.2026` and `14:09`. */
export function moment(atUtcMs: number): { readonly date: string; readonly time: string } {
  const parts = new Intl.DateTimeFormat('ru', { timeZone: 'Asia/Almaty', day: '2-digit', month: '2-digit', year: 'numeric', hour: '2-digit', minute: '2-digit' }).formatToParts(atUtcMs);
  const part = (type: string) => parts.find((candidate) => candidate.type === type)?.value ?? '';
  return { date: `${part('day')}.${part('month')}.${part('year')}`, time: `${part('hour')}:${part('minute')}` };
}
