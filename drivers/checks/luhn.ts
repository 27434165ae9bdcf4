/**
 * ISO/IEC 7812-1 annex B: from the right every second digit doubled, minus 9 above 9, sum divisible by 10 [card-readers, ISO/IEC 7813]. Checks in our own
 * invented range: 9999000000000012 valid, 9999000000000013 not.
 *
 * @param digits  decimal digits; anything else is not valid
 */
export function isLuhnValid(digits: string): boolean {
  if (!/^\d+$/.test(digits)) return false;
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]);
    const weighted = index % 2 === 0 ? digit : digit * 2;
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return sum % 10 === 0;
}
