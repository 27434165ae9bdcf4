import type { Dialect } from './dialect.ts';
import type { Answer, LinkFailed, PrinterLink } from './link.ts';
import type { StatusReading } from './status.ts';
import { stopReason } from './status.ts';

export const IN_ORDER_TIMEOUT_MS = 2000;
/** Between two looks at a printer that works. */
export const STATUS_DURING_JOB_MS = 300;
/** Before the second in-order question: an overtaken first answer comes now and is not taken for the second. */
const DRAIN_MS = 50;

export type Consumed = { readonly kind: 'consumed'; readonly value: number } | { readonly kind: 'stopped'; readonly reading: StatusReading } | LinkFailed;

/**
 * Waits for the proof that everything written so far was consumed, and looks meanwhile whether the printer stopped. The answer is one byte without
 * a checksum, so it is asked for twice; a lost one is asked for again (any later answer proves the same).
 *
 * @param mayAskAgain  false: dots depend on it. A printer that lost its buffer in a blink of power answers a new question as if nothing had been;
 *   whether that was so or only the answer was lost, nobody can tell
 */
export async function consumed(link: PrinterLink, dialect: Dialect, limitMs: number, mayAskAgain = true): Promise<Consumed> {
  let first = await answerOrStop(link, dialect, limitMs);
  if (first.kind === 'silence' && mayAskAgain) first = await answerOrStop(link, dialect, IN_ORDER_TIMEOUT_MS);
  if (first.kind !== 'consumed') return first;
  await link.pause(DRAIN_MS);
  let second = await answerOrStop(link, dialect, IN_ORDER_TIMEOUT_MS);
  if (second.kind === 'silence') second = await answerOrStop(link, dialect, IN_ORDER_TIMEOUT_MS);
  return second;
}

async function answerOrStop(link: PrinterLink, dialect: Dialect, limitMs: number): Promise<Consumed> {
  let answer: Answer | undefined;
  const answered = link.inOrderAnswer(limitMs).then((value) => {
    answer = value;
  });
  for (;;) {
    await Promise.race([answered, link.pause(STATUS_DURING_JOB_MS)]);
    if (answer !== undefined) return answer.kind === 'answer' ? { kind: 'consumed', value: answer.bytes[0]! } : { kind: answer.kind };
    const stop = await stopReason(link, dialect);
    if (answer !== undefined || stop === undefined) continue;
    link.cancelInOrder();
    return stop.kind === 'status' ? { kind: 'stopped', reading: stop } : { kind: stop.kind };
  }
}
