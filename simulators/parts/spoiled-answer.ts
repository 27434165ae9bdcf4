import type { Random } from '../../main/foundation/random.ts';
import { randomInteger } from '../../main/foundation/random.ts';

const ANSWER_MS = 5;
const SLOW_ANSWER_MS = 450;
const FLOOD_BYTES = 4096;

export type AnswerFault = 'lostReply' | 'slow' | 'flood' | 'badCheck' | 'truncated' | 'noise';

/** What becomes of one answer on its way out. null: nothing is said. */
export function spoilAnswer(frame: Uint8Array, { random, strikes }: { readonly random: Random; readonly strikes: (fault: AnswerFault) => boolean }): { readonly pieces: readonly Uint8Array[]; readonly delayMs: number } | null {
  if (strikes('lostReply')) return null;
  const delayMs = strikes('slow') ? SLOW_ANSWER_MS : ANSWER_MS;
  let bytes = frame;
  if (strikes('flood')) bytes = random.bytes(FLOOD_BYTES);
  else if (strikes('badCheck')) bytes = bent(frame, randomInteger(random, frame.length), randomInteger(random, 7));
  else if (strikes('truncated')) bytes = frame.subarray(0, 1 + randomInteger(random, frame.length - 1));
  return { pieces: strikes('noise') ? [random.bytes(1 + randomInteger(random, 20)), bytes] : [bytes], delayMs };
}

function bent(frame: Uint8Array, index: number, bit: number): Uint8Array {
  const copy = Uint8Array.from(frame);
  copy[index] = copy[index]! ^ (1 << bit);
  return copy;
}
