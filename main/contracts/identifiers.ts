/** Identifier rules and masks of requirements part B. Pure; used by the core, the screens and the simulators alike. */

const IIN_WEIGHTS_FIRST = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] as const;
const IIN_WEIGHTS_SECOND = [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2] as const;

/**
 * IIN or BIN: 12 digits with a right check digit. Nothing else is derived from it: the digits are not bound to a birth date.
 */
export function isIin(digits: string): boolean {
  if (!/^\d{12}$/.test(digits)) return false;
  const weigh = (weights: readonly number[]) => weights.reduce((sum, weight, index) => sum + weight * Number(digits[index]), 0) % 11;
  const first = weigh(IIN_WEIGHTS_FIRST);
  const check = first === 10 ? weigh(IIN_WEIGHTS_SECOND) : first;
  return check !== 10 && check === Number(digits[11]);
}

/** `+77001234567` from what a person types (`8 700…`, `7 700…`, `+7 (700) …`, `700…`), or undefined. Landline zones 710–729 are refused: no code can reach them. */
export function normalisePhone(typed: string): string | undefined {
  const digits = typed.replace(/[\s()+-]/g, '');
  const national = /^[78]?(7\d{9})$/.exec(digits)?.[1];
  if (national === undefined) return undefined;
  const zone = Number(national.slice(0, 3));
  return zone >= 710 && zone <= 729 ? undefined : `+7${national}`;
}

/** `+7 7•• ••• 12 34` @param phone E.164 */
export function maskPhone(phone: string): string {
  return `+7 7•• ••• ${phone.slice(-4, -2)} ${phone.slice(-2)}`;
}

/** `•••• •••• 0009` */
export function maskIin(iin: string): string {
  return `•••• •••• ${iin.slice(-4)}`;
}

/** `KZ•• •••• 0001` */
export function maskIban(iban: string): string {
  return `KZ•• •••• ${iban.slice(-4)}`;
}

/** `•• 0012`: customer screens and paper. */
export function maskCard(panOrLastFour: string): string {
  return `•• ${panOrLastFour.slice(-4)}`;
}

/** `А••••• Б.`; a one-part name in full. Five dots whatever the length. */
export function maskName(name: { readonly given: string; readonly surname?: string }): string {
  return name.surname === undefined || name.surname === '' ? name.given : `${[...name.given][0] ?? ''}••••• ${[...name.surname][0] ?? ''}.`;
}

/** Kazakh IBAN, ISO 7064 mod 97-10. */
export function isKzIban(iban: string): boolean {
  if (!/^KZ\d{5}[A-Z0-9]{13}$/.test(iban)) return false;
  let remainder = 0;
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
}

/** A real calendar date `DDMMYYYY`, not after `todayUtcMs`. */
export function isBirthDate(typed: string, todayUtcMs: number): boolean {
  const match = /^(\d{2})(\d{2})(\d{4})$/.exec(typed);
  if (match === null) return false;
  const [day, month, year] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const date = new Date(Date.UTC(year, month - 1, day));
  return year >= 1900 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day && date.getTime() <= todayUtcMs;
}
