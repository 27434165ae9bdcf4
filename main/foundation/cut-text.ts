/**
 * Text of a person, a device or a service, at most so long and whole: what is cut off is told by `…`, half a surrogate pair, which has no UTF-8 and no canonical JSON, becomes
 * U+FFFD.
 */
export function cutText(text: string, lengthMax: number): string {
  const whole = text.toWellFormed();
  if (whole.length <= lengthMax) return whole;
  const cut = whole.slice(0, lengthMax - 1);
  return `${cut.isWellFormed() ? cut : cut.slice(0, -1)}…`;
}
