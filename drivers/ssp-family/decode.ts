import type { Sender } from '../interfaces/protocol-row.ts';
import { COMMANDS, RESPONSES, decodePoll } from './codec.ts';
import { STEX } from './encryption.ts';
import type { FrameEvent } from './frames.ts';
import { createFrameReader } from './frames.ts';

const CHUNK_BYTES = 4096;

/** A capture in words. A reply begins with a response code, which is no command; what it answers is known from the frame before. */
export function decodeSsp(bytes: Uint8Array, from?: Sender): readonly unknown[] {
  const reader = createFrameReader();
  const events: FrameEvent[] = [];
  for (let offset = 0; offset < bytes.length; offset += CHUNK_BYTES) events.push(...reader.push(bytes.subarray(offset, offset + CHUNK_BYTES)));
  events.push(...reader.expire());
  let asked: string | null = null;
  let previous: Sender = 'device';
  return events.map((event) => {
    if (event.kind === 'noise') return event;
    const code = event.data[0]!;
    const sender: Sender = from ?? (code === STEX ? (previous === 'host' ? 'device' : 'host') : code >= RESPONSES.ok ? 'device' : 'host');
    previous = sender;
    const head = { kind: 'frame', from: sender, flag: event.flag, address: event.address, dataHex: event.data.toString('hex') };
    if (code === STEX) return { ...head, decoded: { encrypted: true } };
    if (sender === 'host') {
      asked = Object.entries(COMMANDS).find(([, value]) => value === code)?.[0] ?? null;
      return { ...head, decoded: { command: asked ?? 'unknown', parameters: [...event.data.subarray(1)] } };
    }
    const response = Object.entries(RESPONSES).find(([, value]) => value === code)?.[0] ?? 'unknown';
    const isPoll = response === 'ok' && (asked === 'poll' || asked === 'pollWithAck' || asked === null) && event.data.length > 1;
    return { ...head, decoded: { response, ...(isPoll ? { events: decodePoll(event.data.subarray(1)) } : {}) } };
  });
}
