import { maskPlaces } from '../../contracts/field-mask.ts';
import type { Provider } from '../../contracts/host-operations.ts';
import { matchesWhole } from '../../foundation/whole-match.ts';

/** Longer than any mask. */
const VALUE_LENGTH_MAX = 64;

/**
 * Do the typed values (without the masks' literals) fit the provider's rules? Every field is wanted, no other is taken.
 * The mask decides characters and length; the pattern, anchored, what the mask cannot say.
 */
export function validateFields(provider: Provider, fields: Readonly<Record<string, string>>): boolean {
  if (Object.keys(fields).length !== provider.fields.length) return false;
  return provider.fields.every((field) => {
    // A field may be called `constructor`.
    const value = Object.hasOwn(fields, field.key) ? fields[field.key] : undefined;
    return value !== undefined && value.length <= VALUE_LENGTH_MAX && fitsMask(value, field.mask) && matchesWhole(field.pattern, value) === true; // one that is no pattern pays nothing
  });
}

/** Literals of the mask are not part of the value. */
function fitsMask(value: string, mask: string): boolean {
  const places = maskPlaces(mask);
  const characters = [...value];
  return characters.length === places.length && characters.every((character, index) => (places[index] === '9' ? /^\d$/.test(character) : /^[\p{L}\d]$/u.test(character)));
}

/** Requisites on screens and paper after confirmation: last four. */
export function maskRequisite(value: string): string {
  const characters = [...value];
  return characters.length <= 4 ? '••••' : `•••• ${characters.slice(-4).join('')}`;
}
