import { decodeMessage } from './codec.ts';

/** Recorded text, one message a line, in words; a sealed sample is counted, not shown. Total. */
export function decodeCapture(bytes: Uint8Array, from: 'host' | 'device'): readonly unknown[] {
  const lines = Buffer.from(bytes).toString('utf8').split('\n').filter((line) => line !== '');
  return lines.map((line) => {
    const message = from === 'device' ? decodeMessage(line) : null;
    if (message === null) return { kind: from === 'host' ? 'command' : 'noise', byteCount: Buffer.byteLength(line) };
    return message.type === 'captured' ? { kind: 'message', ...message, sealedSample: `${message.sealedSample.length} characters` } : { kind: 'message', ...message };
  });
}
