import type { Readable } from 'node:stream';

/** A line longer than this is cut into pieces: a program without line ends does not fill our memory. */
const LINE_CHARS_MAX = 16_384;

/** Calls `onLine` with each line of a stream (without its end), also with the last one that has none. */
export function forEachLine(stream: Readable, onLine: (line: string) => void): void {
  let pending = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (pending + chunk).split(/\r?\n/);
    pending = lines.pop() ?? '';
    for (const line of lines) onLine(line);
    for (; pending.length > LINE_CHARS_MAX; pending = pending.slice(LINE_CHARS_MAX)) onLine(pending.slice(0, LINE_CHARS_MAX));
  });
  stream.on('end', () => {
    if (pending !== '') onLine(pending);
  });
}
