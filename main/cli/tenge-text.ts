/** Minor units as people say them: `-10000`, `4990.5`. */
export function tengeText(amountMinor: number): string {
  return String(amountMinor / 100);
}
