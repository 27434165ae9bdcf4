/** The mask of a provider's field: `9` a digit, `A` a letter or digit, anything else a literal, which is shown and never typed. */
const isPlace = (character: string): boolean => character === '9' || character === 'A';

/** What is to be typed, place by place: `999999` of `99-9999`. */
export function maskPlaces(mask: string): readonly string[] {
  return [...mask].filter(isPlace);
}

/** What was typed with the literals between, as far as it goes: `12-3` of `123` and `99-9999`. Of more than the mask has room for nothing is left out. */
export function inMask(mask: string, value: string): string {
  const typed = [...value];
  let shown = '';
  for (const character of mask) {
    if (typed.length === 0) break;
    shown += isPlace(character) ? typed.shift()! : character;
  }
  return shown + typed.join('');
}
