import { randomInteger } from '../../main/foundation/random.ts';
import type { Random } from '../../main/foundation/random.ts';
import { hasLuhnDigit } from '../parts/luhn.ts';

/** What the bank calls what it gives out. To a terminal each is a name and nothing else. */
export interface References {
  /** @param number  of the answer, from 1 */
  ofAnswer(number: number): string;
  /** @param kind  of a quote or a code: `q`, `otp` */
  draw(kind: string): string;
}

export function plainReferences(random: Random): References {
  return {
    ofAnswer: (number) => `H${String(number).padStart(11, '0')}`,
    draw: (kind) => `${kind}-${Buffer.from(random.bytes(10)).toString('hex')}`,
  };
}

/** As of a bank that counts in long numbers, when chance has made each of them look like a card's: sixteen digits, and the last one is Luhn's. */
export function cardLikeReferences(random: Random): References {
  return {
    ofAnswer: (number) => `H${withCheckDigit(`2026${String(number).padStart(11, '0')}`)}`,
    draw: (kind) => `${kind}-${withCheckDigit(`7${Array.from({ length: 14 }, () => randomInteger(random, 10)).join('')}`)}`,
  };
}

function withCheckDigit(digits: string): string {
  for (let check = 0; check < 9; check += 1) if (hasLuhnDigit(`${digits}${check}`)) return `${digits}${check}`;
  return `${digits}9`;
}
