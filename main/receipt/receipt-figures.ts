import { assertMinor, MINOR_PER_UNIT } from '../foundation/money.ts';
import type { Language } from '../contracts/languages.ts';

/** Groups on paper are one no-break cell wide: a line is never broken inside an amount. Screens use U+2009 instead. [look §4] */
export const PAPER_GAP = '\u00A0';
const MINUS = '\u2212';

/** `12 500`, tiyn only where there are some (`12 500,50`; English `12 500.50`). @param amountMinor any sign; the minus is U+2212 */
export function paperAmount(amountMinor: number, language: Language): string {
  assertMinor(amountMinor);
  const absolute = Math.abs(amountMinor);
  const units = String(Math.floor(absolute / MINOR_PER_UNIT)).replace(/\B(?=(\d{3})+$)/g, PAPER_GAP);
  const rest = absolute % MINOR_PER_UNIT;
  const decimals = rest === 0 ? '' : `${language === 'en' ? '.' : ','}${String(rest).padStart(2, '0')}`;
  return `${amountMinor < 0 ? MINUS : ''}${units}${decimals}`;
}

/** `12 500 ₸` */
export function paperSum(amountMinor: number, language: Language): string {
  return `${paperAmount(amountMinor, language)}${PAPER_GAP}₸`;
}

/** The zone of every terminal; its rule changed on 1 March 2024, so the offset is asked from the zone's data, never added by hand. [requirements part B] */
const ASTANA = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Asia/Almaty', calendar: 'gregory', numberingSystem: 'latn', hourCycle: 'h23',
  year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', timeZoneName: 'longOffset',
});

/** `{ date: '12.03.2026', time: '14:09 +05' }` in the terminal's zone. */
export function paperMoment(atUtcMs: number): { readonly date: string; readonly time: string } {
  const part = new Map(ASTANA.formatToParts(atUtcMs).map(({ type, value }) => [type, value]));
  const offset = (part.get('timeZoneName') ?? '').replace('GMT', '').replace(/:00$/, '');
  return {
    date: `${part.get('day')}.${part.get('month')}.${part.get('year')}`,
    time: `${part.get('hour')}:${part.get('minute')} ${offset === '' ? '+00' : offset}`,
  };
}

/** `12.03.2026` from `2026-03-12`. */
export function paperDay(isoDay: string): string {
  return isoDay.split('-').reverse().join('.');
}
