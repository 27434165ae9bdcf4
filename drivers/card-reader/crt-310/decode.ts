import { commandNameOf, decodeBody, REFUSALS } from './codec.ts';
import { createFrameReader, ENQ } from './frames.ts';

/** Commands whose data may hold tracks or a chip's records. */
const WITH_CARD_DATA = [0x45, 0x37];

/** One direction in words; card data are counted, not shown. Total: every byte belongs to an entry. */
export function decodeCrt310(bytes: Uint8Array): readonly unknown[] {
  const reader = createFrameReader();
  return [...reader.push(bytes), ...reader.expire()].map((event) => {
    if (event.kind !== 'frame') return event.kind === 'noise' && bytes.length === 1 && bytes[0] === ENQ ? { kind: 'enq' } : event;
    const body = decodeBody(event.body);
    if (body.kind === 'refused') return { kind: 'refused', command: body.command, means: REFUSALS[body.error]?.means ?? `unknown ${body.error}` };
    const data = WITH_CARD_DATA.includes(body.command) ? { dataByteCount: body.data.length } : { dataHex: body.data.toString('hex') };
    return { kind: 'frame', command: commandNameOf(body.command, body.parameter), ...data };
  });
}
