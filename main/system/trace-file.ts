import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

export interface TraceFile {
  /** Appends one JSON object as a line. A full or missing disk ends the trace and disturbs nothing else. */
  write(record: object): void;
  close(): void;
}

/**
 * A file that never grows beyond its limit: full, it becomes `<path>.1` (the one before is gone) and begins again. Readable by its owner alone.
 *
 * @param bytesMax  of one of the two files
 * @throws when the folder or file cannot be made: whoever asks for a trace hears that there is none
 */
export function createTraceFile(options: { readonly path: string; readonly bytesMax: number; readonly onEnd: (detail: string) => void }): TraceFile {
  const { path, bytesMax } = options;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const open = () => openSync(path, 'a', 0o600);
  let file: number | null = open();
  let byteCount = fstatSync(file).size;
  const close = () => {
    if (file !== null) closeSync(file);
    file = null;
  };
  return {
    write(record) {
      if (file === null) return;
      const line = Buffer.from(`${JSON.stringify(record)}\n`);
      try {
        if (byteCount + line.length > bytesMax && byteCount > 0) {
          closeSync(file);
          file = null;
          renameSync(path, `${path}.1`);
          file = open();
          byteCount = 0;
        }
        writeSync(file, line);
        byteCount += line.length;
      } catch (error) {
        close();
        options.onEnd(error instanceof Error ? error.message : String(error));
      }
    },
    close,
  };
}
