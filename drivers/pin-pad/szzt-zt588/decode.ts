import { REFUSALS } from './codec.ts';
import { createFrameReader } from './frames.ts';

export type ZtDecoded = Readonly<Record<string, string | number | boolean>>;

const COMMANDS: Readonly<Record<string, string>> = { '1': 'loadClearKey', '2': 'loadKey', '3': 'query', '4': 'scanTable', '5': 'control', '6': 'startPin', '7': 'getPin', '8': 'loadKeyBlock', ':': 'authenticate' };
/** Nothing in these is a key, a block or a card number. */
const OPEN = ['3', '4', '5'];

/**
 * Bytes of either direction to frames, keys and noise, as plain JSON for `qolma devices decode`. Keys, blocks, cryptograms and card numbers are told by
 * their length alone, pressed keys as such. Total: every byte belongs to an entry.
 */
export function decodeZt588(bytes: Uint8Array): readonly ZtDecoded[] {
  const reader = createFrameReader();
  return [...reader.push(bytes), ...reader.expire()].map((event): ZtDecoded => {
    if (event.kind === 'noise') return event;
    if (event.kind === 'key') return { kind: 'keyPressed' };
    const status = event.text[0]!;
    const rest = event.text.length - 1;
    if ((status & 0xf0) === 0xe0) return { kind: 'refused', status: status.toString(16).toUpperCase(), means: REFUSALS.get(status)?.means ?? 'unknown' };
    const head = String.fromCharCode(status);
    const name = COMMANDS[head];
    if (name === undefined) return { kind: 'answer', dataLengthBytes: rest, data: 'masked' };
    return OPEN.includes(head) ? { kind: 'command', command: name, data: event.text.subarray(1).toString('latin1').replace(/[^\x20-\x7e]/g, '.') } : { kind: 'command', command: name, dataLengthBytes: rest, data: 'masked' };
  });
}
