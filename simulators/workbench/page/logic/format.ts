const THIN_SPACE = '\u2009';
const MINUS = '\u2212';
const MINOR_PER_TENGE = 100;

/** `12 500 ₸`; tiyn only where they are. */
export function formatMoney(amountMinor: number): string {
  const tenge = Math.floor(Math.abs(amountMinor) / MINOR_PER_TENGE);
  const tiyn = Math.abs(amountMinor) % MINOR_PER_TENGE;
  const figures = `${formatFigures(tenge)}${tiyn === 0 ? '' : `,${String(tiyn).padStart(2, '0')}`}`;
  return `${amountMinor < 0 ? `${MINUS}${THIN_SPACE}` : ''}${figures}\u00a0₸`;
}

export function formatFigures(tenge: number): string {
  return String(tenge).replace(/\B(?=(\d{3})+$)/g, THIN_SPACE);
}

/** Local time of the person at the workbench. */
export function formatTime(atUtcMs: number, detail: 'minutes' | 'seconds' | 'milliseconds'): string {
  const at = new Date(atUtcMs);
  const two = (value: number) => String(value).padStart(2, '0');
  const minutes = `${two(at.getHours())}:${two(at.getMinutes())}`;
  if (detail === 'minutes') return minutes;
  const seconds = `${minutes}:${two(at.getSeconds())}`;
  return detail === 'seconds' ? seconds : `${seconds}.${String(at.getMilliseconds()).padStart(3, '0')}`;
}

/** `+7 7•• ••• 12 34` */
export function maskPhone(phone: string): string {
  const digits = phone.replace(/\D/g, '');
  return `+7 7•• ••• ${digits.slice(-4, -2)} ${digits.slice(-2)}`;
}

/** `jamInHead` → `Jam in head`, `http500` → `Http 500`. */
export function inWords(name: string): string {
  const words = name.replace(/([a-z])([A-Z0-9])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
