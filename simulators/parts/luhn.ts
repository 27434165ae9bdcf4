/** ISO/IEC 7812-1 annex B. The simulators count for themselves: what the product gets wrong here they must not get wrong with it. @param number  decimal digits */
export function hasLuhnDigit(number: string): boolean {
  const sum = [...number].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 1 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}
