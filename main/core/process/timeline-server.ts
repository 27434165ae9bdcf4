import { chmodSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import type { Clock } from '../../foundation/clock.ts';
import type { Terminal } from '../compose.ts';

/** A reader that does not keep up is cut off rather than buffered. */
const BUFFERED_BYTES_MAX = 1024 * 1024;

export interface TimelineServer {
  close(): Promise<void>;
}

/**
 * What the core does, one JSON object a line, for the workbench and kept runs: `{ atUtcMs, area: 'journal' | 'screen', … }`. Read only; it
 * carries what the journal and the window carry, so neither codes nor full numbers.
 */
export async function serveTimeline(options: { readonly terminal: Terminal; readonly socketPath: string; readonly clock: Clock }): Promise<TimelineServer> {
  const { terminal, socketPath, clock } = options;
  const readers = new Set<Socket>();
  const tell = (line: object) => {
    if (readers.size === 0) return;
    const text = `${JSON.stringify({ atUtcMs: clock.nowUtcMs(), ...line })}\n`;
    for (const reader of readers) {
      if (reader.writableLength > BUFFERED_BYTES_MAX) reader.destroy();
      else reader.write(text);
    }
  };
  terminal.desk.onModel((model) => tell({ area: 'screen', screen: model.screen, revision: model.revision }));
  let isFollowed = false;
  const followJournal = () => {
    const journal = terminal.parts()?.journal;
    if (isFollowed || journal === undefined) return;
    isFollowed = true;
    journal.onCommitted((entries) => {
      for (const entry of entries) tell({ area: 'journal', entryNumber: entry.entryNumber, kind: entry.kind, data: entry.data, operationId: entry.operationId ?? null });
    });
  };
  terminal.desk.onModel(followJournal);
  rmSync(socketPath, { force: true });
  const server = createServer((socket) => {
    followJournal();
    readers.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => readers.delete(socket));
    socket.resume();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, resolve);
  });
  chmodSync(socketPath, 0o600);
  return {
    close: () =>
      new Promise((resolve) => {
        for (const reader of readers) reader.destroy();
        server.close(() => resolve());
      }),
  };
}
