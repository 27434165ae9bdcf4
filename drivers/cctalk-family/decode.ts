import type { Sender } from '../interfaces/protocol-row.ts';
import { HOST_ADDRESS, createFrameReader } from './frames.ts';
import { ANSWER, BUSY, NAK, headerNameOf } from './headers.ts';

/** What an answer's data say, by the name of what was asked. */
export type AnswerWords = Readonly<Record<string, (data: Buffer) => unknown>>;

const CHUNK_BYTES = 4096;
const TEXTS: readonly string[] = ['manufacturer', 'category', 'product', 'software', 'coinId'];

/** A capture of a whole line in words: each frame says by its address who sent it; an answer is read by the question before it. Simple checksum. */
export function decodeCctalk(bytes: Uint8Array, words: AnswerWords): readonly unknown[] {
  const reader = createFrameReader('sum');
  const events = [];
  for (let offset = 0; offset < bytes.length; offset += CHUNK_BYTES) events.push(...reader.push(bytes.subarray(offset, offset + CHUNK_BYTES)));
  events.push(...reader.expire());
  let asked: string | null = null;
  return events.map((event) => {
    if (event.kind === 'noise') return event;
    const { destination, source, header, data } = event;
    const from: Sender = destination === HOST_ADDRESS ? 'device' : 'host';
    const head = { kind: 'frame', from, destination, source, header, dataHex: data.toString('hex') };
    if (from === 'host') {
      asked = headerNameOf(header);
      return { ...head, decoded: { command: asked } };
    }
    if (header !== ANSWER) return { ...head, decoded: { response: header === NAK ? 'nak' : header === BUSY ? 'busy' : headerNameOf(header) } };
    const value = asked === null || data.length === 0 ? undefined : TEXTS.includes(asked) ? data.toString('latin1').replace(/[^\x20-\x7e]/g, '.') : words[asked]?.(data);
    return { ...head, decoded: { response: data.length === 0 ? 'ack' : 'data', ...(asked === null ? {} : { to: asked }), ...(value === undefined ? {} : { value }) } };
  });
}
