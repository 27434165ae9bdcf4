import type { AnswerWords } from '../../cctalk-family/decode.ts';
import { decodeCctalk } from '../../cctalk-family/decode.ts';
import { decodeCredits } from './codec.ts';
import { eventCodeRow } from './event-codes.ts';

const WORDS: AnswerWords = {
  readCredits: (data) => {
    const buffer = decodeCredits(data);
    return buffer === null ? undefined : { eventCount: buffer.eventCount, newestFirst: buffer.events.map((event) => (event.kind === 'coin' ? event : { ...event, means: eventCodeRow(event.code).means })) };
  },
  selfCheck: (data) => ({ faultCode: data[0] }),
};

/** Bytes of the line in words, for `qolma devices decode`. */
export function decodeCoinAcceptor(bytes: Uint8Array): readonly unknown[] {
  return decodeCctalk(bytes, WORDS);
}
